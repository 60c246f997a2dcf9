import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('news', '0007_covering_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='author_key',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Trim(models.Func(models.F('byline'), function='news_fold')), help_text='Kept by the database for the pages of authors.', output_field=models.TextField(), verbose_name='folded byline'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published')), fields=['author_key', '-published_at', '-id'], include=('expires_at',), name='news_article_by_author'),
        ),
    ]
