"""Articles of three kinds: news, notices with a deadline, and pages, which stand in a tree instead of a category."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from communes.keys import composite_key


class Migration(migrations.Migration):

    dependencies = [
        ('communes', '0004_communes'),
        ('library', '0005_communes'),
        ('news', '0011_links_of_the_sections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='autosave',
            name='news_autosave_one_per_person',
        ),
        migrations.RemoveIndex(
            model_name='article',
            name='news_article_in_category',
        ),
        migrations.RemoveIndex(
            model_name='article',
            name='news_article_published',
        ),
        migrations.RemoveIndex(
            model_name='article',
            name='news_article_by_author',
        ),
        migrations.RemoveIndex(
            model_name='article',
            name='news_article_featured',
        ),
        migrations.AddField(
            model_name='article',
            name='deadline_on',
            field=models.DateField(blank=True, help_text='The last day on which citizens can act on a notice. It stays readable afterwards.', null=True, verbose_name='deadline'),
        ),
        migrations.AddField(
            model_name='article',
            name='kind',
            field=models.CharField(choices=[('article', 'news article'), ('notice', 'notice'), ('page', 'page')], db_default='article', default='article', help_text='A notice may have a deadline; open notices stand on the home page.', max_length=10, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='article',
            name='language',
            field=models.CharField(choices=[('vi', 'Tiếng Việt'), ('en', 'English')], db_default='vi', default='vi', help_text='Of the text; screen readers speak it, search engines list it.', max_length=2, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='article',
            name='parent',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The page above it. Left empty, it stands at the top. At most three levels.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='news.article', verbose_name='stands under'),
        ),
        migrations.AddField(
            model_name='article',
            name='path',
            field=models.CharField(blank=True, db_default='', default='', editable=False, help_text='The addresses of the pages above it and its own.', max_length=310, verbose_name='full address'),
        ),
        migrations.AddField(
            model_name='article',
            name='position',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Smaller numbers come first among the pages beside it.', verbose_name='position'),
        ),
        migrations.AddField(
            model_name='article',
            name='translation_of',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The Vietnamese page that says the same; each then leads to the other.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='translations', to='news.article', verbose_name='translation of'),
        ),
        migrations.AddField(
            model_name='autosave',
            name='is_page',
            field=models.BooleanField(db_default=False, default=False, help_text='Whether it is, or was to become, a page.', verbose_name='of a page'),
        ),
        migrations.AlterField(
            model_name='article',
            name='category',
            field=models.ForeignKey(blank=True, help_text='Where citizens find the article.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='news.category', verbose_name='category'),
        ),
        migrations.AlterField(
            model_name='article',
            name='slug',
            field=models.SlugField(blank=True, help_text='Made from the title; it stays the same once the article has been published.', max_length=100, verbose_name='address'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published'), models.Q(('kind', 'page'), _negated=True)), fields=['commune', '-published_at', '-id'], include=('expires_at',), name='news_article_published'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published'), models.Q(('kind', 'page'), _negated=True)), fields=['category', '-published_at', '-id'], include=('expires_at',), name='news_article_in_category'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published'), models.Q(('kind', 'page'), _negated=True)), fields=['commune', 'author_key', '-published_at', '-id'], include=('expires_at',), name='news_article_by_author'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published'), models.Q(('kind', 'page'), _negated=True), ('is_featured', True)), fields=['commune', 'featured_position', '-published_at', '-id'], name='news_article_featured'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('kind', 'notice'), ('status', 'published')), fields=['commune', 'deadline_on', '-published_at', '-id'], name='news_article_notices'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='news_article_children'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('translation_of__isnull', False)), fields=['translation_of'], name='news_article_translations'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['article', 'notice', 'page'])), name='news_article_kind_known', violation_error_message='Unknown kind.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'page'), ('category__isnull', True), models.Q(('path', ''), _negated=True)), models.Q(models.Q(('kind', 'page'), _negated=True), ('category__isnull', False), ('parent__isnull', True), ('path', ''), ('translation_of__isnull', True)), _connector='OR'), name='news_article_place_of_its_kind', violation_error_message='An article stands in a category, a page under another page or at the top.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'page')), fields=('commune', 'path'), name='news_article_page_path_unique', violation_error_message='Another page already has this address.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'page'), _negated=True), ('path__regex', '^[^/]+(/[^/]+){0,2}$'), _connector='OR'), name='news_article_page_depth', violation_error_message='Pages stand at most three levels deep.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='news_article_page_not_under_itself', violation_error_message='A page cannot stand under itself.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['vi', 'en']), models.Q(('kind', 'page'), ('language', 'vi'), _connector='OR')), name='news_article_language_of_its_kind', violation_error_message='Only pages may be in another language.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('translation_of__isnull', False)), fields=('commune', 'translation_of'), name='news_article_translation_unique', violation_error_message='Another page is already the translation of this one.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('deadline_on__isnull', True), ('kind', 'notice'), _connector='OR'), name='news_article_deadline_of_notice', violation_error_message='Only a notice has a deadline.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('deadline_on__isnull', True), ('published_at__isnull', True), ('published_at__date__lte', models.F('deadline_on')), _connector='OR'), name='news_article_deadline_after_publication', violation_error_message='The deadline must not lie before the publication.'),
        ),
        migrations.AddConstraint(
            model_name='autosave',
            constraint=models.UniqueConstraint(fields=('commune', 'user', 'article', 'is_page'), name='news_autosave_one_per_person', nulls_distinct=False),
        ),
        composite_key('news_article', 'parent_id', 'news_article'),
        composite_key('news_article', 'translation_of_id', 'news_article'),
    ]
