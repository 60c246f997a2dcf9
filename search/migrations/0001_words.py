"""The words of citizens and of the portal, and how the database spells them."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import communes.rows
import search.models

# The letters of search/words.py, written out: a migration keeps meaning what it meant, and a test compares the two.
FROM = (
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ\u0111\u0110\u00f0\u00d0\u0256\u0189'
    '\u0302\u0306\u031b\u0300\u0309\u0303\u0301\u0323\u00a0'
    '\u0308\u0327\u030a\u030c\u0304\u0307\u030b\u0328\u0331\u0332\u00ad\u200b\u200c\u200d\u2060\ufeff'
)
TO = 'abcdefghijklmnopqrstuvwxyzDDDDDDAWHFRXSJ '

# Bodies of the SQL standard name what they call once and for all: a backup is restored with an empty search path.
# Text is compared as bytes, whatever the collation of the database is.
FUNCTIONS = rf"""
CREATE FUNCTION search_canonical(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    translate(normalize(words, NFD), '{FROM}', '{TO}') COLLATE "C",
    '[.,;:!?]+(?=[ \t\r\n]|\Z)|[]()[{{}}“”"«»–—…|•]', '|', 'g'),
    '[^a-zA-Z0-9|]+', ' ', 'g'),
    '([FRXSJ])([a-zAWHD]+)', '\2\1', 'g'),
    '\m(h|k|l|m|s|t|qu)y(?=[FRXSJ]?\M)', '\1i', 'g'),
    '[a-zA-Z0-9]{{41,}}|\m[AWHFRXSJ]+\M', '|', 'g'),
    '[ |]*\|[ |]*', ' | ', 'g'), ' |');
CREATE FUNCTION search_folded(canonical text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(canonical, 'DAWHFRXSJ', 'd');
-- Of a canonical text: its syllables without accents, with them (=), and its pairs of neighbours; `mark` before each.
CREATE FUNCTION search_lexemes(canonical text, mark text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
BEGIN ATOMIC
    SELECT array_remove(array_remove(array_remove(
            string_to_array(mark || replace(folded, ' ', ' ' || mark), ' ')
            || string_to_array(mark || '=' || replace(canonical, ' ', ' ' || mark || '='), ' '),
            mark || '|'), mark || '=|'), mark)
        || coalesce((
            SELECT array_agg(mark || a || '_' || b)
            FROM unnest(words[:cardinality(words) - 1], words[2:]) AS pair(a, b) WHERE a <> '|' AND b <> '|'
        ), '{{}}')
    FROM (SELECT folded, string_to_array(folded, ' ') AS words
        FROM (SELECT search_folded(canonical) AS folded OFFSET 0) AS once OFFSET 0) AS text
    WHERE canonical <> '';
END;
"""
DROP = """
DROP FUNCTION search_lexemes(text, text);
DROP FUNCTION search_folded(text);
DROP FUNCTION search_canonical(text);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [('communes', '0004_communes')]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.CreateModel(
            name='PromotedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queries', models.TextField(help_text='What people type, separated by commas or one on a line; accents are not needed.', max_length=1000, validators=[search.models.check_expressions], verbose_name='for these words')),
                ('title', models.CharField(help_text='Says what the page is: Giờ làm việc của bộ phận một cửa.', max_length=150, verbose_name='title')),
                ('address', models.CharField(help_text='A page of the portal, from the first / on, or of another server with https://.', max_length=500, validators=[django.core.validators.RegexValidator('^(/(?![/\\\\])|https?://)\\S*$', 'An address begins with / or with https://.')], verbose_name='address')),
                ('sentence', models.CharField(blank=True, help_text='One sentence that many need no page after: Thứ Hai đến thứ Sáu, 7 giờ 30 đến 17 giờ.', max_length=300, verbose_name='answer')),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, editable=False, size=None)),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'promoted answer',
                'verbose_name_plural': 'promoted answers',
                'ordering': ('title', 'id'),
                'indexes': [models.Index(fields=['commune', 'title'], name='search_promotedanswer_title')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('address', ''), _negated=True), models.Q(('queries', ''), _negated=True)), name='search_promotedanswer_complete', violation_error_message='An answer needs words, a title and an address.')],
            },
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(help_text='Separated by commas; whoever looks for one of them finds the others, too: cccd, căn cước công dân.', max_length=300, validators=[search.models.check_expressions], verbose_name='words')),
                ('also', models.CharField(blank=True, help_text='Found by the words above, but not the other way round: for lừa đảo, for example, giả danh.', max_length=300, verbose_name='finds also')),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, editable=False, size=None)),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'words that mean the same',
                'verbose_name_plural': 'words that mean the same',
                'ordering': ('words',),
                'constraints': [models.UniqueConstraint(fields=('commune', 'words'), name='search_synonym_words_unique', violation_error_message='This line is there already.'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='search_synonym_words_present', violation_error_message='Write at least one word.')],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.TextField(db_collation='C', editable=False)),
                ('articles', models.PositiveIntegerField(editable=False)),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('commune', 'word'), name='search_term_word_unique')],
                'indexes': [models.Index(condition=models.Q(('word__regex', '^[a-z]+$')), fields=['commune', 'word'], include=('articles',), name='search_term_syllable')],
            },
        ),
    ]
