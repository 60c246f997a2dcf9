from django.db import migrations


class Migration(migrations.Migration):
    """The newest articles of a tag, whatever their number; the table is Django's own, so SQL it is."""

    dependencies = [("news", "0012_search_functions_bound")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX news_article_tags_newest ON news_article_tags (tag_id, article_id DESC)",
            "DROP INDEX news_article_tags_newest",
        )
    ]
