"""Bring text stored before fields normalised it into the form they give it now."""

from django.db import migrations

from textfields import normalise_stored
from vietnamese import one_line


def normalise(apps, schema_editor):
    normalise_stored(apps.get_model('library', 'Picture'), dict.fromkeys(('alt', 'caption', 'credit', 'tags'), one_line))
    normalise_stored(apps.get_model('library', 'Document'), {'title': one_line, 'tags': one_line})


class Migration(migrations.Migration):

    dependencies = [('library', '0003_uploads_recognised_within_rights')]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
