import communes.rows
import django.db.models.deletion
import trash.rows
from django.conf import settings
from django.db import migrations, models

from communes.keys import composite_key


class Migration(migrations.Migration):

    dependencies = [
        ('communes', '0007_reports_of_browsers'),
        ('library', '0007_trash'),
        ('news', '0015_search_terms_index'),
        ('trash', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NewsroomRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_correcting_alone', models.BooleanField(default=False, help_text='Whoever may publish corrects a typing error in a published article without a second person: at most a few letters, no number, date, name or link. The correction stands in the log, and on the desk of the others until one of them has looked at it.', verbose_name='small corrections alone')),
            ],
            options={
                'verbose_name': 'rules of the newsroom',
                'verbose_name_plural': 'rules of the newsroom',
                'default_permissions': ('change',),
            },
        ),
        migrations.RemoveConstraint(
            model_name='article',
            name='news_article_page_path_unique',
        ),
        migrations.RemoveConstraint(
            model_name='article',
            name='news_article_translation_unique',
        ),
        migrations.RemoveConstraint(
            model_name='transition',
            name='news_transition_action_known',
        ),
        migrations.AddField(
            model_name='article',
            name='trashed',
            field=trash.rows.TrashKey(db_index=False, editable=False, help_text='Set while it lies in the trash.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trash.trashitem', verbose_name='in the trash'),
        ),
        migrations.AlterField(
            model_name='transition',
            name='action',
            field=models.CharField(choices=[('submit', 'sent for review'), ('return', 'returned to the author'), ('publish', 'approved and published'), ('force', 'published urgently without a second person'), ('confirm', 'urgent publication confirmed'), ('withdraw', 'withdrawn'), ('restore', 'restored as a draft'), ('propose', 'change sent for approval'), ('change', 'change approved'), ('decline', 'change declined'), ('endorse', 'endorsed through a link'), ('request', 'changes asked for through a link'), ('move', 'moved to another category'), ('assign', 'given to another author'), ('typo', 'small correction published by its editor alone'), ('seen', 'small correction looked at'), ('trash', 'thrown into the trash'), ('untrash', 'taken back from the trash')], help_text='What was done.', max_length=10, verbose_name='action'),
        ),
        migrations.AddIndex(
            model_name='transition',
            index=models.Index(condition=models.Q(('action', 'typo')), fields=['-id'], name='news_transition_typos'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('trashed__isnull', True), ('status', 'draft'), _connector='OR'), name='news_article_trashed_is_draft', violation_error_message='Only a draft can be thrown away; what was public is withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('trashed__isnull', False)), fields=('commune', 'trashed'), name='news_article_one_row_in_trash'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'page'), models.Q(('status', 'draft'), ('trashed__isnull', False), _negated=True)), fields=('commune', 'path'), name='news_article_page_path_unique', violation_error_message='Another page already has this address.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('translation_of__isnull', False), models.Q(('status', 'draft'), ('trashed__isnull', False), _negated=True)), fields=('commune', 'translation_of'), name='news_article_translation_unique', violation_error_message='Another page is already the translation of this one.'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['submit', 'return', 'publish', 'force', 'confirm', 'withdraw', 'restore', 'propose', 'change', 'decline', 'endorse', 'request', 'move', 'assign', 'typo', 'seen', 'trash', 'untrash'])), name='news_transition_action_known'),
        ),
        migrations.AddField(
            model_name='newsroomrules',
            name='commune',
            field=communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune'),
        ),
        migrations.AddConstraint(
            model_name='newsroomrules',
            constraint=models.UniqueConstraint(fields=('commune',), name='news_newsroomrules_once', violation_error_message='The rules of this commune are set already.'),
        ),
        composite_key("news_article", "trashed_id", "trash_trashitem"),
    ]
