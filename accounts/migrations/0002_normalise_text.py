"""Bring text stored before fields normalised it into the form they give it now."""

from django.db import migrations

from textfields import normalise_stored
from vietnamese import one_line


def normalise(apps, schema_editor):
    normalise_stored(apps.get_model("accounts", "User"), {"first_name": one_line, "last_name": one_line})
    names = ("name", "agency", "responsible_editor", "address", "phone", "reuse_notice")
    normalise_stored(apps.get_model("portal", "SiteIdentity"), dict.fromkeys(names, one_line))


class Migration(migrations.Migration):
    dependencies = [('portal', '0001_initial')]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
