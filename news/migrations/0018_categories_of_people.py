import communes.rows
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from communes.keys import composite_key, filled_commune, unique_row


class Migration(migrations.Migration):

    dependencies = [
        ('communes', '0009_room_for_files'),
        ('news', '0017_subcategories'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonScope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('categories', models.ManyToManyField(help_text='The person writes, reviews and publishes in these categories only, as far as their groups may.', related_name='person_scopes', to='news.category', verbose_name='categories')),
                ('commune', communes.rows.CommuneKey()),
                ('user', models.ForeignKey(help_text='What the person may do is set by their groups; here is where.', on_delete=django.db.models.deletion.CASCADE, related_name='news_scopes', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'categories of a person',
                'verbose_name_plural': 'categories of people',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('commune', 'user'), name='news_personscope_once', violation_error_message='The categories of this person are set already.')],
            },
        ),
        # Rows refer to rows of their own commune.
        unique_row('news_personscope'),
        filled_commune('news_personscope_categories', 'personscope_id', 'news_personscope'),
        composite_key('news_personscope_categories', 'personscope_id', 'news_personscope'),
        composite_key('news_personscope_categories', 'category_id', 'news_category'),
    ]
