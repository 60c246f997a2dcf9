"""Bring text stored before fields normalised it into the form they give it now."""

from django.db import migrations

from textfields import normalise_stored
from vietnamese import one_line


def normalise(apps, schema_editor):
    names = ('name', 'agency', 'responsible_editor', 'address', 'phone', 'reuse_notice')
    normalise_stored(apps.get_model('communes', 'SiteIdentity'), dict.fromkeys(names, one_line))


class Migration(migrations.Migration):

    dependencies = [('communes', '0002_from_the_portal_app')]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
