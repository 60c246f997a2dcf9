"""Bring text stored before fields normalised it into the form they give it now."""

from django.db import migrations

from textfields import normalise_stored
from vietnamese import one_line


def normalise(apps, schema_editor):
    normalise_stored(apps.get_model('accounts', 'User'), {'first_name': one_line, 'last_name': one_line})


class Migration(migrations.Migration):

    dependencies = [('accounts', '0002_from_the_portal_app')]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
