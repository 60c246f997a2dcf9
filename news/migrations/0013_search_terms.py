"""One index of the words of an article, without positions: syllables, pairs of neighbours, the title's marked.

It takes the place of two vectors with three indexes. A trigger fills it, so that the articles that are there can be
filled in portions (the next migration): a generated column would rewrite the table in one statement.
"""

import django.contrib.postgres.search
from django.db import migrations

# Of the canonical words; longer texts are found by their beginning. It keeps a vector below PostgreSQL's limit of 1 MB,
# whatever the words are.
MOST = 200_000

FUNCTIONS = rf"""
-- The words of a text in HTML; a part of it ends where an element does that stands on lines of its own.
CREATE FUNCTION news_text(html text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN replace(replace(replace(replace(regexp_replace(
    regexp_replace(html, '</?(a|abbr|b|cite|em|i|mark|s|small|span|strong|sub|sup|u)(\s[^>]*)?>', ' ', 'g'),
    '<[^>]*>', '|', 'g'),
    '&nbsp;', ' '), '&lt;', ' '), '&gt;', ' '), '&amp;', ' ');
CREATE FUNCTION news_terms(
    commune bigint, category bigint, kind text, published timestamptz, title text, summary text, body text
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT array_to_tsvector(
        array_remove(ARRAY['#' || commune, '@c' || category, '@k' || kind], NULL)
        || CASE WHEN published IS NULL THEN '{{}}'::text[] ELSE
            ARRAY['@y' || left(day, 4), '@m' || left(day, 7), '@d' || day] END
        || coalesce(search_lexemes(heading, ''), '{{}}')
        || coalesce(search_lexemes(heading, '^'), '{{}}')
        || coalesce(search_lexemes(words, ''), '{{}}'))
    FROM (SELECT
        search_canonical(title) AS heading,
        left(search_canonical(summary || '|' || news_text(body)), {MOST}) AS words,
        -- 2026_11_30; the text of a date would depend on a setting.
        extract(year FROM local) || '_' || lpad(extract(month FROM local)::text, 2, '0')
            || '_' || lpad(extract(day FROM local)::text, 2, '0') AS day
        FROM (SELECT published AT TIME ZONE 'Asia/Ho_Chi_Minh' AS local OFFSET 0) AS moment
        OFFSET 0) AS text;
END;
-- Always true. It tells the planner what it does not know: that comparing the words of an article, which are stored
-- beside it and packed, costs as much as a thousand operators. Else it would rather read a whole table than an index.
CREATE FUNCTION news_unpacked(article bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
AS $$ BEGIN RETURN true; END $$;
CREATE FUNCTION news_article_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.terms IS NOT NULL
        AND (NEW.category_id, NEW.kind, NEW.published_at, NEW.title, NEW.summary, NEW.body)
            IS NOT DISTINCT FROM (OLD.category_id, OLD.kind, OLD.published_at, OLD.title, OLD.summary, OLD.body)
    THEN
        NEW.terms := OLD.terms;
    ELSE
        NEW.terms := news_terms(
            NEW.commune_id, NEW.category_id, NEW.kind, NEW.published_at, NEW.title, NEW.summary, NEW.body);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER news_article_terms BEFORE INSERT OR UPDATE ON news_article
FOR EACH ROW EXECUTE FUNCTION news_article_terms();
"""
DROP = """
DROP TRIGGER news_article_terms ON news_article;
DROP FUNCTION news_article_terms();
DROP FUNCTION news_unpacked(bigint);
DROP FUNCTION news_terms(bigint, bigint, text, timestamptz, text, text, text);
DROP FUNCTION news_text(text);
"""


class Migration(migrations.Migration):

    dependencies = [('news', '0012_kinds_of_articles'), ('search', '0001_words')]

    operations = [
        migrations.AddField(
            'article',
            'terms',
            django.contrib.postgres.search.SearchVectorField(
                editable=False, null=True, verbose_name='words', help_text='Kept by the database for the search.'
            ),
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
