"""The newsroom as 0.1.0 left it, with the functions and indexes of its search."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import richtext
from django.conf import settings
from django.db import migrations, models

# Written out, not imported: a migration keeps meaning what it meant. The letters are those of
# vietnamese.FOLD_FROM and FOLD_TO at this point; tests compare the function with vietnamese.fold.
FOLD_FROM = (
    "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"
    "ÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴĐÐðƉɖ"
)
FOLD_TO = (
    "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd"
    "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyddddd"
)
CAPITALS = "ÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴĐ"
SMALL = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"

# Every function is immutable whatever the collation: translate() knows the letters, lower() is
# left with A to Z. Cutting at 300,000 letters keeps a vector below PostgreSQL's limit of 1 MB.
# Function bodies of the SQL standard name what they call once and for all. The strings they replace
# were read again wherever they ran, and a backup is restored with an empty search path, where
# "news_fold" means nothing: the articles were missing afterwards.
CREATE = f"""
CREATE FUNCTION news_words(html text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT left(replace(replace(replace(replace(
        regexp_replace(html, '<[^>]*>', ' ', 'g'),
        '&nbsp;', ' '), '&lt;', ' '), '&gt;', ' '), '&amp;', ' '), 300000)
$$;
CREATE FUNCTION news_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(
        lower(translate(normalize(words, NFC), '{FOLD_FROM}', '{FOLD_TO}') COLLATE "C"), '[^a-z0-9]+', ' ', 'g')
$$;
CREATE FUNCTION news_small(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(
        lower(translate(normalize(words, NFC), '{CAPITALS}', '{SMALL}') COLLATE "C"),
        '[][!-/:-@\\^_`{{|}}~«»“”‘’–—…·]+', ' ', 'g')
$$;
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
DROP = """
DROP FUNCTION news_search_vector_exact;
DROP FUNCTION news_search_vector;
DROP FUNCTION news_small;
DROP FUNCTION news_fold;
DROP FUNCTION news_words;
"""


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('news', '0001_initial'),
        ('news', '0002_newsroom'),
        ('news', '0003_search'),
        ('news', '0004_renditions'),
        ('news', '0005_featured_order'),
        ('news', '0006_desk_indexes'),
        ('news', '0007_covering_indexes'),
        ('news', '0008_authors'),
        ('news', '0009_stories'),
        ('news', '0010_links'),
        ('news', '0011_redirect_addresses'),
        ('news', '0012_search_functions_bound'),
        ('news', '0013_newest_of_a_tag'),
        ('news', '0014_search_indexes'),
        ('news', '0015_documents'),
        ('news', '0016_proposal_is_a_step'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('library', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='Says what happened, where. Up to about 90 characters reads best.', max_length=250, verbose_name='title')),
                ('slug', models.SlugField(editable=False, help_text='Made from the title; it stays the same once the article has been published.', max_length=100, verbose_name='address')),
                ('summary', models.TextField(blank=True, help_text='Two or three sentences, printed bold above the text and in lists.', verbose_name='summary')),
                ('body', richtext.RichTextField(blank=True, help_text='Drop pictures into the text, or use the picture button.', verbose_name='text')),
                ('byline', models.CharField(blank=True, help_text="The author's name as it is printed, for example: Thu Hà.", max_length=120, verbose_name='byline')),
                ('source', models.CharField(blank=True, help_text='Where the text comes from, if it is not ours.', max_length=200, verbose_name='source')),
                ('cover_alt', models.CharField(blank=True, help_text='What the picture shows, for people who cannot see it.', max_length=250, verbose_name='text alternative of the cover')),
                ('cover_caption', models.CharField(blank=True, help_text='Printed under the picture.', max_length=250, verbose_name='caption of the cover')),
                ('cover_credit', models.CharField(blank=True, help_text='Who took or drew the picture.', max_length=120, verbose_name='credit of the cover')),
                ('review_on', models.DateField(blank=True, help_text='For texts that grow old, such as opening hours: a reminder appears on the work desk that day.', null=True, verbose_name='check again on')),
                ('is_featured', models.BooleanField(default=False, help_text='Show among the featured articles at the top of the home page.', verbose_name='featured')),
                ('featured_position', models.PositiveSmallIntegerField(default=100, help_text='Smaller numbers come first; with equal numbers the newest.', verbose_name='position among the featured')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', editable=False, help_text='Changed by the buttons under the form.', max_length=10, verbose_name='status')),
                ('published_at', models.DateTimeField(blank=True, help_text='Left empty, it is the moment of approval. A later time schedules the article.', null=True, verbose_name='publication time')),
                ('expires_at', models.DateTimeField(blank=True, help_text='From then on citizens no longer see the article. It is not deleted. Usually left empty.', null=True, verbose_name='end of publication')),
                ('is_forced', models.BooleanField(default=False, editable=False, help_text='Published without a second person; somebody else still has to confirm it.', verbose_name='published urgently')),
                ('withdrawal_notice', models.TextField(blank=True, editable=False, help_text="What citizens read at the article's address after it was withdrawn.", verbose_name='public notice of withdrawal')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='Rises with every save, so that no save overwrites another.', verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the article was begun.', verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, help_text='When the article was last saved.', verbose_name='last change')),
                ('author_key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Trim(models.Func(models.F('byline'), function='news_fold')), help_text='Kept by the database for the pages of authors.', output_field=models.TextField(), verbose_name='folded byline')),
                ('search', models.GeneratedField(db_persist=True, expression=models.Func(models.F('title'), models.F('summary'), models.F('body'), function='news_search_vector'), help_text='Kept by the database for the search.', output_field=django.contrib.postgres.search.SearchVectorField(), verbose_name='folded words')),
                ('search_exact', models.GeneratedField(db_persist=True, expression=models.Func(models.F('title'), models.F('summary'), models.F('body'), function='news_search_vector_exact'), help_text='Kept by the database for the search.', output_field=django.contrib.postgres.search.SearchVectorField(), verbose_name='words as written')),
                ('author', models.ForeignKey(editable=False, help_text='The account that created the article.', on_delete=django.db.models.deletion.PROTECT, related_name='articles', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('related', models.ManyToManyField(blank=True, help_text='Shown under the article. Left empty, articles with the same tags are shown.', related_name='+', to='news.article', verbose_name='related articles')),
                ('submitted_by', models.ForeignKey(editable=False, help_text='Who sent the article for review; somebody else approves it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
                'ordering': ('-id',),
                'permissions': (('review_article', 'Can check articles and return them to their authors'), ('publish_article', 'Can approve, publish and withdraw articles'), ('force_article', 'Can publish an own article urgently, to be confirmed later')),
            },
        ),
        migrations.CreateModel(
            name='MissingPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(help_text='What was asked for.', max_length=500, unique=True, verbose_name='address')),
                ('hits', models.PositiveIntegerField(default=1, help_text='How often it was asked for.', verbose_name='times')),
                ('referrer', models.CharField(blank=True, help_text='The page that last led here, if the browser said.', max_length=500, verbose_name='linked from')),
                ('last_at', models.DateTimeField(auto_now=True, help_text='When it was last asked for.', verbose_name='last time')),
            ],
            options={
                'verbose_name': 'address not found',
                'verbose_name_plural': 'addresses not found',
                'ordering': ('-hits',),
            },
        ),
        migrations.CreateModel(
            name='SearchMiss',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.CharField(help_text='As it was typed.', max_length=120, unique=True, verbose_name='searched for')),
                ('hits', models.PositiveIntegerField(default=1, help_text='How often it was searched for.', verbose_name='times')),
                ('last_at', models.DateTimeField(auto_now=True, help_text='When it was last searched for.', verbose_name='last time')),
            ],
            options={
                'verbose_name': 'search without result',
                'verbose_name_plural': 'searches without result',
                'ordering': ('-hits',),
            },
        ),
        migrations.CreateModel(
            name='LinkReading',
            fields=[
                ('article', models.OneToOneField(help_text='The article that was read.', on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='link_reading', serialize=False, to='news.article', verbose_name='article')),
                ('read_at', models.DateTimeField(help_text='When it was read.', verbose_name='read')),
            ],
            options={
                'verbose_name': 'reading of links',
                'verbose_name_plural': 'readings of links',
            },
        ),
        migrations.CreateModel(
            name='FeaturedArticle',
            fields=[
            ],
            options={
                'verbose_name': 'featured article',
                'verbose_name_plural': 'featured articles',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('news.article',),
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As citizens read it in the menu.', max_length=80, verbose_name='name')),
                ('slug', models.SlugField(blank=True, help_text='Part of the address of all its articles. Left empty, it is made from the name.', max_length=60, verbose_name='address')),
                ('description', models.CharField(blank=True, help_text="One sentence under the category's title, also shown by search engines.", max_length=250, verbose_name='description')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Smaller numbers come first in the menu and on the home page.', verbose_name='position')),
                ('is_in_menu', models.BooleanField(default=True, help_text='Show the category in the menu and on the home page.', verbose_name='in the menu')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ('position', 'id'),
                'constraints': [models.UniqueConstraint(fields=('slug',), name='news_category_slug_unique', violation_error_message='Another category already has this address.'), models.CheckConstraint(condition=models.Q(('slug__in', ('admin', 'atom', 'binh-chon', 'bao-cao', 'chia-se', 'chu-de', 'dong-su-kien', 'favicon', 'healthz', 'media', 'nhip', 'quan-tri', 'robots', 'rss', 'sitemap', 'so-do-trang', 'static', 'tac-gia', 'tai-len', 'the', 'thong-ke-truy-cap', 'tim-kiem')), _negated=True), name='news_category_slug_not_reserved', violation_error_message='The portal uses this address itself. Please choose another one.'), models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='news_category_slug_present', violation_error_message='A category needs an address.')],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='category',
            field=models.ForeignKey(help_text='Where citizens find the article.', on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='news.category', verbose_name='category'),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, help_text='As citizens read it under this article; left empty, the title of the document.', max_length=200, verbose_name='title')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Smaller numbers come first.', verbose_name='position')),
                ('article', models.ForeignKey(help_text='The article it belongs to.', on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='news.article', verbose_name='article')),
                ('document', models.ForeignKey(help_text='One that was uploaded before. Leave it empty for a new file.', on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='library.document', verbose_name='document of the library')),
            ],
            options={
                'verbose_name': 'attached document',
                'verbose_name_plural': 'attached documents',
                'ordering': ('position', 'id'),
            },
        ),
        migrations.CreateModel(
            name='GroupScope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('categories', models.ManyToManyField(help_text='The group writes, reviews and publishes in these categories only.', related_name='group_scopes', to='news.category', verbose_name='categories')),
                ('group', models.OneToOneField(help_text='What the group may do is set by its permissions; here is where.', on_delete=django.db.models.deletion.CASCADE, related_name='news_scope', to='auth.group', verbose_name='group')),
            ],
            options={
                'verbose_name': 'categories of a group',
                'verbose_name_plural': 'categories of groups',
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(help_text='As it is written in the text.', max_length=1000, verbose_name='address')),
                ('is_own', models.BooleanField(help_text='Leads to a page or file of the portal itself.', verbose_name='of this portal')),
                ('checked_at', models.DateTimeField(help_text='When it was last looked at.', null=True, verbose_name='looked at')),
                ('problem', models.CharField(blank=True, choices=[('missing', 'nothing is at this address'), ('error', 'the server reports an error'), ('silent', 'the server does not answer'), ('unknown', 'there is no server of this name'), ('certificate', "the server's certificate is not valid"), ('circle', 'it redirects without end'), ('private', 'it leads into a closed network'), ('malformed', 'it is no valid address')], help_text='Empty while it answers.', max_length=12, verbose_name='problem')),
                ('status', models.PositiveSmallIntegerField(help_text='The number the other server answered with.', null=True, verbose_name='status')),
                ('failed_since', models.DateField(help_text='The first day it was found to fail.', null=True, verbose_name='fails since')),
                ('failed_last', models.DateField(help_text='The last day it was found to fail.', null=True, verbose_name='failed last')),
                ('is_ignored', models.BooleanField(default=False, help_text='An editor has looked at it and lets it stand.', verbose_name='ignored')),
                ('article', models.ForeignKey(help_text='The article in whose text it stands.', on_delete=django.db.models.deletion.CASCADE, related_name='links', to='news.article', verbose_name='article')),
            ],
            options={
                'verbose_name': 'broken link',
                'verbose_name_plural': 'broken links',
                'ordering': ('-failed_since', 'id'),
            },
        ),
        migrations.AddField(
            model_name='article',
            name='cover',
            field=models.ForeignKey(blank=True, help_text='Shown above the text and in lists.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='covered_articles', to='library.picture', verbose_name='cover picture'),
        ),
        migrations.CreateModel(
            name='Redirect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_path', models.CharField(help_text='Begins with /, for example /tin-cu/123.html.', max_length=500, verbose_name='old address')),
                ('new_path', models.CharField(help_text='Begins with / for a page of this portal, or is a full address.', max_length=500, verbose_name='new address')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the redirect was made.', verbose_name='created')),
            ],
            options={
                'verbose_name': 'redirect',
                'verbose_name_plural': 'redirects',
                'ordering': ('-id',),
                'constraints': [models.UniqueConstraint(fields=('old_path',), name='news_redirect_old_path_unique', violation_error_message='This old address already leads somewhere.'), models.CheckConstraint(condition=models.Q(('old_path__startswith', '/'), models.Q(('old_path', models.F('new_path')), _negated=True), models.Q(('new_path', ''), _negated=True)), name='news_redirect_leads_elsewhere', violation_error_message='The old address begins with / and differs from the new one.'), models.CheckConstraint(condition=models.Q(('new_path__startswith', '/'), ('new_path__startswith', 'https://'), ('new_path__startswith', 'http://'), _connector='OR'), name='news_redirect_new_path_is_address', violation_error_message='The new address begins with /, https:// or http://.')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text="The article's version when this text was saved.", verbose_name='number')),
                ('content', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, help_text='Title, summary, text, category, signature and cover.', verbose_name='content')),
                ('state', models.CharField(choices=[('saved', 'saved'), ('proposed', 'waiting for approval'), ('approved', 'change approved'), ('declined', 'change declined'), ('superseded', 'replaced by a newer change')], default='saved', help_text='A change of a published article waits for approval.', max_length=10, verbose_name='state')),
                ('is_major', models.BooleanField(default=False, help_text='A major change is listed under the article with its note; a minor one is silent.', verbose_name='tell citizens')),
                ('note', models.CharField(blank=True, help_text='What was changed, in one sentence.', max_length=250, verbose_name='note for citizens')),
                ('saved_at', models.DateTimeField(auto_now_add=True, help_text='When it was saved.', verbose_name='saved')),
                ('approved_at', models.DateTimeField(blank=True, help_text='When the change became the public text.', null=True, verbose_name='approved')),
                ('article', models.ForeignKey(help_text='The article this is a text of.', on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='news.article', verbose_name='article')),
                ('saved_by', models.ForeignKey(help_text='Who wrote this text.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='saved by')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ('-number',),
            },
        ),
        migrations.CreateModel(
            name='ShareLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.CharField(help_text='Name and office of the reader; recorded with the answer.', max_length=120, verbose_name='for whom')),
                ('digest', models.CharField(editable=False, help_text='The link itself is not stored.', max_length=64, unique=True, verbose_name='digest')),
                ('expires_at', models.DateTimeField(help_text='Afterwards the link leads nowhere.', verbose_name='works until')),
                ('revoked_at', models.DateTimeField(blank=True, help_text='When it was switched off.', null=True, verbose_name='revoked')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the draft was shared.', verbose_name='created')),
                ('verdict', models.CharField(blank=True, choices=[('endorsed', 'endorsed'), ('changes', 'asks for changes')], help_text='What the reader decided.', max_length=10, verbose_name='answer')),
                ('comment', models.TextField(blank=True, help_text='What the reader wrote.', verbose_name='comment')),
                ('answered_at', models.DateTimeField(blank=True, help_text='When the reader answered.', null=True, verbose_name='answered')),
                ('answered_version', models.PositiveIntegerField(blank=True, help_text='The version the answer is about.', null=True, verbose_name='version answered')),
                ('article', models.ForeignKey(help_text='The draft that is shown.', on_delete=django.db.models.deletion.CASCADE, related_name='share_links', to='news.article', verbose_name='article')),
                ('created_by', models.ForeignKey(help_text='Who shared the draft.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
            ],
            options={
                'verbose_name': 'share link',
                'verbose_name_plural': 'share links',
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='One idea in a few words.', max_length=60, unique=True, verbose_name='name')),
                ('slug', models.SlugField(blank=True, help_text='Made from the name.', max_length=60, unique=True, verbose_name='address')),
                ('is_story', models.BooleanField(default=False, help_text='A story followed over weeks; its articles link to its page, which tells it day by day.', verbose_name='running story')),
                ('description', models.CharField(blank=True, help_text='One sentence at the top of its page, also shown by search engines.', max_length=250, verbose_name='description')),
                ('lead', models.TextField(blank=True, help_text='For a running story: what it is about and where it stands, for readers who meet it today.', verbose_name='the story so far')),
            ],
            options={
                'verbose_name': 'tag',
                'verbose_name_plural': 'tags',
                'ordering': ('name',),
                'constraints': [models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='news_tag_slug_present', violation_error_message='A tag needs an address.')],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='tags',
            field=models.ManyToManyField(blank=True, help_text='What the article is about; citizens find its relatives by them.', related_name='articles', to='news.tag', verbose_name='tags'),
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('submit', 'sent for review'), ('return', 'returned to the author'), ('publish', 'approved and published'), ('force', 'published urgently without a second person'), ('confirm', 'urgent publication confirmed'), ('withdraw', 'withdrawn'), ('restore', 'restored as a draft'), ('propose', 'change sent for approval'), ('change', 'change approved'), ('decline', 'change declined'), ('endorse', 'endorsed through a link'), ('request', 'changes asked for through a link')], help_text='What was done.', max_length=10, verbose_name='action')),
                ('reason', models.TextField(blank=True, help_text='Why, in the words of who did it.', verbose_name='reason')),
                ('made_at', models.DateTimeField(auto_now_add=True, help_text='When it was done.', verbose_name='when')),
                ('mail_error', models.CharField(blank=True, help_text='Why the message to the next person could not be sent; empty when it was.', max_length=250, verbose_name='mail error')),
                ('article', models.ForeignKey(help_text='The article that changed its state.', on_delete=django.db.models.deletion.CASCADE, related_name='transitions', to='news.article', verbose_name='article')),
                ('made_by', models.ForeignKey(help_text='Who did it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='Autosave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField(default=dict, help_text='The fields of the form as they were typed.', verbose_name='content')),
                ('base_version', models.PositiveIntegerField(default=0, help_text='The version of the article the work began from.', verbose_name='based on version')),
                ('saved_at', models.DateTimeField(help_text='When the work was last kept.', null=True, verbose_name='saved')),
                ('seen_at', models.DateTimeField(help_text='When the form was last open.', verbose_name='last seen')),
                ('article', models.ForeignKey(help_text='Empty for an article that was never saved.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='autosaves', to='news.article', verbose_name='article')),
                ('user', models.ForeignKey(help_text='Whose unsaved work this is.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'unsaved work',
                'verbose_name_plural': 'unsaved work',
                'constraints': [models.UniqueConstraint(fields=('user', 'article'), name='news_autosave_one_per_person', nulls_distinct=False)],
            },
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['-failed_since'], name='news_link_failing'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('article', 'address'), name='news_link_once_an_article'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failed_last', None), ('failed_since', None), ('problem', '')), models.Q(models.Q(('problem', ''), _negated=True), ('failed_since__lte', models.F('failed_last'))), _connector='OR'), name='news_link_problem_has_days'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(condition=models.Q(('state', 'proposed')), fields=['-saved_at'], name='news_revision_waiting'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('article', 'number'), name='news_revision_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('article',), name='news_revision_one_proposed', violation_error_message='Another change of this article already waits for approval.'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('is_major', False), models.Q(('note', ''), _negated=True), _connector='OR'), name='news_revision_major_has_note', violation_error_message='Tell citizens what was changed.'),
        ),
        migrations.AddConstraint(
            model_name='sharelink',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['', 'endorsed', 'changes'])), name='news_sharelink_verdict_known', violation_error_message='Unknown answer.'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='news_article_search'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('search'), models.Value('{a}'), function='ts_filter', output_field=django.contrib.postgres.search.SearchVectorField()), name='news_article_title_words'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_exact'], name='news_article_search_exact'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published')), fields=['-published_at', '-id'], include=('expires_at',), name='news_article_published'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published')), fields=['category', '-published_at', '-id'], include=('expires_at',), name='news_article_in_category'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published')), fields=['author_key', '-published_at', '-id'], include=('expires_at',), name='news_article_by_author'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('is_featured', True), ('status', 'published')), fields=['featured_position', '-published_at', '-id'], name='news_article_featured'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('expires_at__isnull', False), ('status', 'published')), fields=['expires_at'], name='news_article_expiring'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('review_on__isnull', False)), fields=['review_on'], name='news_article_to_check'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('is_forced', True)), fields=['-published_at'], name='news_article_forced'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published'), _negated=True), fields=['status', '-updated_at'], name='news_article_unpublished'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'published', 'withdrawn'])), name='news_article_status_known', violation_error_message='Unknown status.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('slug', ''), _negated=True)), name='news_article_title_present', violation_error_message='An article needs a title.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='news_article_published_has_time', violation_error_message='A published article needs a publication time.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__isnull', True), ('published_at__isnull', True), ('expires_at__gt', models.F('published_at')), _connector='OR'), name='news_article_expires_after_publication', violation_error_message='The end of publication must lie after the publication time.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('cover__isnull', True), models.Q(('cover_alt', ''), _negated=True), _connector='OR'), name='news_article_cover_has_alt', violation_error_message='Say in the text alternative what the cover picture shows.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('withdrawal_notice', ''), _negated=True), _connector='OR'), name='news_article_withdrawn_has_notice', violation_error_message='A withdrawn article needs a public notice.'),
        ),
        migrations.AddIndex(
            model_name='transition',
            index=models.Index(fields=['article', '-id'], name='news_transition_of_article'),
        ),
        migrations.AddIndex(
            model_name='transition',
            index=models.Index(condition=models.Q(('mail_error', ''), _negated=True), fields=['-id'], name='news_transition_mail_error'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['submit', 'return', 'publish', 'force', 'confirm', 'withdraw', 'restore', 'propose', 'change', 'decline', 'endorse', 'request'])), name='news_transition_action_known'),
        ),
        # The newest articles of a tag, whatever their number; the table is Django's own, so SQL it is.
        migrations.RunSQL(
            'CREATE INDEX news_article_tags_newest ON news_article_tags (tag_id, article_id DESC)',
            'DROP INDEX news_article_tags_newest',
        ),
    ]
