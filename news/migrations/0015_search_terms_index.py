"""The index of the words of articles; the two vectors it replaces go, with their three indexes."""

import django.contrib.postgres.indexes
from django.db import migrations

# What made the two vectors. There is no way back: whoever needs the version before restores its backup.
FORMER = """
DROP FUNCTION news_search_vector_exact(bigint, text, text, text);
DROP FUNCTION news_search_vector(bigint, text, text, text);
DROP FUNCTION news_commune_word(bigint);
DROP FUNCTION news_small(text);
DROP FUNCTION news_words(text);
"""


class Migration(migrations.Migration):

    dependencies = [('news', '0014_fill_search_terms')]

    operations = [
        migrations.AddIndex('article', django.contrib.postgres.indexes.GinIndex(fields=['terms'], name='news_article_terms')),
        migrations.RemoveIndex('article', 'news_article_search'),
        migrations.RemoveIndex('article', 'news_article_title_words'),
        migrations.RemoveIndex('article', 'news_article_search_exact'),
        migrations.RemoveField('article', 'search'),
        migrations.RemoveField('article', 'search_exact'),
        migrations.RunSQL(FORMER),
    ]
