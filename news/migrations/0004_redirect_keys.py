"""Give every redirect the keys by which other spellings of its addresses find it."""

from django.db import migrations, models

from news.links.old_addresses import key_of


def set_keys(apps, schema_editor):
    redirects = apps.get_model("news", "Redirect").objects
    changed = list(redirects.only("old_path", "new_path"))
    for redirect in changed:
        redirect.old_key, redirect.new_key = key_of(redirect.old_path), key_of(redirect.new_path)
    redirects.bulk_update(changed, ["old_key", "new_key"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [('news', '0003_normalise_text')]

    operations = [
        migrations.AddField(
            "redirect", "old_key", models.CharField(default="", editable=False, max_length=32), preserve_default=False
        ),
        migrations.AddField(
            "redirect", "new_key", models.CharField(default="", editable=False, max_length=32), preserve_default=False
        ),
        migrations.RunPython(set_keys, migrations.RunPython.noop),
    ]
