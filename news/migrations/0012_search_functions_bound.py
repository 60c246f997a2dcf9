from django.db import migrations

# Function bodies of the SQL standard name what they call once and for all. The strings they replace
# were read again wherever they ran, and a backup is restored with an empty search path, where
# "news_fold" means nothing: the articles were missing afterwards.
BIND = """
CREATE OR REPLACE FUNCTION news_search_vector(title text, summary text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN setweight(to_tsvector('simple'::regconfig, news_fold(title)), 'A')
    || setweight(to_tsvector('simple'::regconfig, news_fold(summary)), 'B')
    || setweight(to_tsvector('simple'::regconfig, news_fold(news_words(body))), 'C');
CREATE OR REPLACE FUNCTION news_search_vector_exact(title text, summary text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN setweight(to_tsvector('simple'::regconfig, news_small(title)), 'A')
    || setweight(to_tsvector('simple'::regconfig, news_small(summary)), 'B')
    || setweight(to_tsvector('simple'::regconfig, news_small(news_words(body))), 'C');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('news', '0011_redirect_addresses'),
    ]

    operations = [
        migrations.RunSQL(BIND, migrations.RunSQL.noop),
    ]
