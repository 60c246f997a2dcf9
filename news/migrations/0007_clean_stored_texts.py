"""Cleans the copies of texts that were stored as they came: proposals, revisions and unsaved work."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations
from django.db.models import TextField
from django.db.models.functions import Cast

import richtext


def clean_copies(apps, schema_editor):
    for name in ("Revision", "Autosave"):
        rows = apps.get_model("news", name).objects.using(schema_editor.connection.alias)
        for pk, content in rows.filter(content__has_key="body").values_list("pk", "content").iterator(500):
            body = content["body"]
            clean = richtext.cleaned(body) if isinstance(body, str) else ""
            if clean != body:
                rows.filter(pk=pk).update(content=content | {"body": clean})


def clean_articles(apps, schema_editor):
    """What came in past the field, with SQL or an import; the field itself always cleaned."""
    rows = apps.get_model("news", "Article").objects.using(schema_editor.connection.alias)
    # Read as text: the field would clean what it reads.
    stored = rows.annotate(stored=Cast("body", TextField())).values_list("pk", "stored")
    for pk, body in stored.iterator(500):
        if richtext.still_clean(body) != body:
            rows.filter(pk=pk).update(body=richtext.cleaned(body))


class Migration(migrations.Migration):
    dependencies = [('news', '0006_feed_ids')]

    operations = [
        migrations.RunPython(clean_copies, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(clean_articles, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="revision",
            name="content",
            field=richtext.RichTextJSONField(
                encoder=DjangoJSONEncoder,
                help_text="Title, summary, text, category, signature and cover.",
                keys=("body",),
                verbose_name="content",
            ),
        ),
        migrations.AlterField(
            model_name="autosave",
            name="content",
            field=richtext.RichTextJSONField(
                default=dict,
                help_text="The fields of the form as they were typed.",
                keys=("body",),
                verbose_name="content",
            ),
        ),
    ]
