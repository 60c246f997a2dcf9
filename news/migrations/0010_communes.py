"""Every row of the newsroom belongs to a commune, and refers to rows of the same commune only."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Func, Q, Value

from communes.keys import commune_key, composite_key, filled_commune, unique_row

ROOTS = ('article', 'category', 'tag', 'redirect', 'missingpage', 'searchmiss', 'autosave', 'groupscope')

# The word of a commune in the vectors and in the queries of the search. No word of a text holds a "#": the
# functions that fold texts leave none. It has the weight of the title, and so is in the index of titles too.
WORDS = """
CREATE FUNCTION news_commune_word(commune bigint) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN ('''#' || commune || '''')::tsquery;
DROP FUNCTION news_search_vector_exact(text, text, text);
DROP FUNCTION news_search_vector(text, text, text);
CREATE FUNCTION news_search_vector(commune bigint, title text, summary text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN ('''#' || commune || ''':1A')::tsvector
    || setweight(to_tsvector('simple'::regconfig, news_fold(title)), 'A')
    || setweight(to_tsvector('simple'::regconfig, news_fold(summary)), 'B')
    || setweight(to_tsvector('simple'::regconfig, news_fold(news_words(body))), 'C');
CREATE FUNCTION news_search_vector_exact(commune bigint, title text, summary text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN ('''#' || commune || ''':1A')::tsvector
    || setweight(to_tsvector('simple'::regconfig, news_small(title)), 'A')
    || setweight(to_tsvector('simple'::regconfig, news_small(summary)), 'B')
    || setweight(to_tsvector('simple'::regconfig, news_small(news_words(body))), 'C');
"""
WORDS_BEFORE = """
DROP FUNCTION news_search_vector_exact(bigint, text, text, text);
DROP FUNCTION news_search_vector(bigint, text, text, text);
DROP FUNCTION news_commune_word(bigint);
CREATE FUNCTION news_search_vector(title text, summary text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN setweight(to_tsvector('simple'::regconfig, news_fold(title)), 'A')
    || setweight(to_tsvector('simple'::regconfig, news_fold(summary)), 'B')
    || setweight(to_tsvector('simple'::regconfig, news_fold(news_words(body))), 'C');
CREATE FUNCTION news_search_vector_exact(title text, summary text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN setweight(to_tsvector('simple'::regconfig, news_small(title)), 'A')
    || setweight(to_tsvector('simple'::regconfig, news_small(summary)), 'B')
    || setweight(to_tsvector('simple'::regconfig, news_small(news_words(body))), 'C');
"""


def vector(function, verbose_name):
    return models.GeneratedField(
        db_persist=True,
        expression=Func(F('commune'), F('title'), F('summary'), F('body'), function=function),
        help_text='Kept by the database for the search.',
        output_field=django.contrib.postgres.search.SearchVectorField(),
        verbose_name=verbose_name,
    )


def replaced(name, **index):
    """The index of articles of this name, beginning with the commune."""
    return [
        migrations.RemoveIndex('article', name),
        migrations.AddIndex('article', models.Index(name=name, **index)),
    ]


PUBLISHED = Q(status='published')
TITLE_WORDS = Func(
    F('search'), Value('{a}'), function='ts_filter', output_field=django.contrib.postgres.search.SearchVectorField()
)


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('communes', '0004_communes'),
        ('library', '0005_communes'),
        ('news', '0009_outbox_holds_the_messages'),
    ]

    operations = [
        *(commune_key('news', model) for model in ROOTS),
        # The words of the articles.
        migrations.RemoveIndex('article', 'news_article_search'),
        migrations.RemoveIndex('article', 'news_article_title_words'),
        migrations.RemoveIndex('article', 'news_article_search_exact'),
        migrations.RemoveField('article', 'search'),
        migrations.RemoveField('article', 'search_exact'),
        migrations.RunSQL(WORDS, WORDS_BEFORE),
        migrations.AddField('article', 'search', vector('news_search_vector', 'folded words')),
        migrations.AddField('article', 'search_exact', vector('news_search_vector_exact', 'words as written')),
        migrations.AddIndex('article', django.contrib.postgres.indexes.GinIndex(fields=['search'], name='news_article_search')),
        migrations.AddIndex('article', django.contrib.postgres.indexes.GinIndex(TITLE_WORDS, name='news_article_title_words')),
        migrations.AddIndex('article', django.contrib.postgres.indexes.GinIndex(fields=['search_exact'], name='news_article_search_exact')),
        # The lists of a whole portal.
        *replaced('news_article_published', fields=['commune', '-published_at', '-id'], include=('expires_at',), condition=PUBLISHED),
        *replaced('news_article_by_author', fields=['commune', 'author_key', '-published_at', '-id'], include=('expires_at',), condition=PUBLISHED),
        *replaced('news_article_featured', fields=['commune', 'featured_position', '-published_at', '-id'], condition=Q(status='published', is_featured=True)),
        *replaced('news_article_expiring', fields=['commune', 'expires_at'], condition=Q(status='published', expires_at__isnull=False)),
        *replaced('news_article_to_check', fields=['commune', 'review_on'], condition=Q(review_on__isnull=False)),
        *replaced('news_article_forced', fields=['commune', '-published_at'], condition=Q(is_forced=True)),
        *replaced('news_article_unpublished', fields=['commune', 'status', '-updated_at'], condition=~PUBLISHED),
        # What there is once, there is once in a commune.
        migrations.RemoveConstraint('category', 'news_category_slug_unique'),
        migrations.AddConstraint(
            'category',
            models.UniqueConstraint(fields=('commune', 'slug'), name='news_category_slug_unique', violation_error_message='Another category already has this address.'),
        ),
        migrations.AlterField('tag', 'name', models.CharField(help_text='One idea in a few words.', max_length=60, verbose_name='name')),
        migrations.AlterField('tag', 'slug', models.SlugField(blank=True, help_text='Made from the name.', max_length=60, verbose_name='address')),
        migrations.AddConstraint(
            'tag',
            models.UniqueConstraint(fields=('commune', 'name'), name='news_tag_name_unique', violation_error_message='Another tag already has this name.'),
        ),
        migrations.AddConstraint(
            'tag',
            models.UniqueConstraint(fields=('commune', 'slug'), name='news_tag_slug_unique', violation_error_message='Another tag already has this address.'),
        ),
        migrations.RemoveConstraint('redirect', 'news_redirect_old_path_unique'),
        migrations.AddConstraint(
            'redirect',
            models.UniqueConstraint(fields=('commune', 'old_path'), name='news_redirect_old_path_unique', violation_error_message='This old address already leads somewhere.'),
        ),
        migrations.AlterField('redirect', 'old_key', models.CharField(editable=False, max_length=32)),
        migrations.AlterField('redirect', 'new_key', models.CharField(editable=False, max_length=32)),
        migrations.AddIndex('redirect', models.Index(fields=['commune', 'old_key'], name='news_redirect_old_key')),
        migrations.AddIndex('redirect', models.Index(fields=['commune', 'new_key'], name='news_redirect_new_key')),
        migrations.AlterField('missingpage', 'path', models.CharField(help_text='What was asked for.', max_length=500, verbose_name='address')),
        migrations.AddConstraint('missingpage', models.UniqueConstraint(fields=('commune', 'path'), name='news_missingpage_path_unique')),
        migrations.AlterField('searchmiss', 'query', models.CharField(help_text='As it was typed.', max_length=120, verbose_name='searched for')),
        migrations.AddConstraint('searchmiss', models.UniqueConstraint(fields=('commune', 'query'), name='news_searchmiss_query_unique')),
        migrations.RemoveConstraint('autosave', 'news_autosave_one_per_person'),
        migrations.AddConstraint(
            'autosave',
            models.UniqueConstraint(fields=('commune', 'user', 'article'), name='news_autosave_one_per_person', nulls_distinct=False),
        ),
        migrations.AlterField(
            'groupscope',
            'group',
            models.ForeignKey(help_text='What the group may do is set by its permissions; here is where.', on_delete=django.db.models.deletion.CASCADE, related_name='news_scopes', to='auth.group', verbose_name='group'),
        ),
        migrations.AddConstraint(
            'groupscope',
            models.UniqueConstraint(fields=('commune', 'group'), name='news_groupscope_once', violation_error_message='The categories of this group are set already.'),
        ),
        # Rows refer to rows of their own commune.
        *(unique_row(f'news_{model}') for model in ('article', 'category', 'tag', 'groupscope')),
        filled_commune('news_article_tags', 'article_id', 'news_article'),
        filled_commune('news_article_related', 'from_article_id', 'news_article'),
        filled_commune('news_attachment', 'article_id', 'news_article'),
        filled_commune('news_groupscope_categories', 'groupscope_id', 'news_groupscope'),
        composite_key('news_article', 'category_id', 'news_category'),
        composite_key('news_article', 'cover_id', 'library_picture'),
        composite_key('news_article_tags', 'article_id', 'news_article'),
        composite_key('news_article_tags', 'tag_id', 'news_tag'),
        composite_key('news_article_related', 'from_article_id', 'news_article'),
        composite_key('news_article_related', 'to_article_id', 'news_article'),
        composite_key('news_attachment', 'article_id', 'news_article'),
        composite_key('news_attachment', 'document_id', 'library_document'),
        composite_key('news_autosave', 'article_id', 'news_article'),
        composite_key('news_groupscope_categories', 'groupscope_id', 'news_groupscope'),
        composite_key('news_groupscope_categories', 'category_id', 'news_category'),
    ]
