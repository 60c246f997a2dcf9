import django.db.models.deletion
from django.db import migrations, models

# A parent is of the same commune and has no parent: the key of a child names it and says that it is at the top. Both columns are
# derived, so that a parent that is put under another one breaks the keys of its children.
ONE_LEVEL = """
    ALTER TABLE news_category
        ADD COLUMN is_top boolean GENERATED ALWAYS AS (parent_id IS NULL) STORED,
        ADD COLUMN parent_is_top boolean GENERATED ALWAYS AS (CASE WHEN parent_id IS NOT NULL THEN true END) STORED;
    ALTER TABLE news_category ADD CONSTRAINT news_category_tops UNIQUE (commune_id, id, is_top);
    ALTER TABLE news_category ADD CONSTRAINT news_category_one_level FOREIGN KEY (commune_id, parent_id, parent_is_top)
        REFERENCES news_category (commune_id, id, is_top) DEFERRABLE INITIALLY DEFERRED;
"""
ANY_LEVEL = "ALTER TABLE news_category DROP COLUMN parent_is_top, DROP COLUMN is_top CASCADE"


class Migration(migrations.Migration):

    dependencies = [
        ('news', '0016_trash_and_corrections'),
    ]

    operations = [
        migrations.AddField(
            model_name='category',
            name='parent',
            field=models.ForeignKey(blank=True, help_text='A category at the top, whose page and feed then show these articles too, and whose staff work here as well. The addresses stay as they are. Empty: at the top.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='news.category', verbose_name='under'),
        ),
        migrations.RunSQL(ONE_LEVEL, ANY_LEVEL),
    ]
