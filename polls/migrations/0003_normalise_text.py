"""Bring text stored before fields normalised it into the form they give it now."""

from django.db import migrations

from textfields import normalise_stored
from vietnamese import one_line, paragraphs


def normalise(apps, schema_editor):
    # What was voted on is part of the log's first hash, and the log itself never changes.
    normalise_stored(apps.get_model("polls", "Poll"), {"title": one_line}, events=None)
    normalise_stored(apps.get_model("polls", "Question"), {"text": one_line}, poll__events=None)
    normalise_stored(apps.get_model("polls", "Choice"), {"label": one_line}, poll__events=None)
    normalise_stored(apps.get_model("polls", "Poll"), {"introduction": paragraphs})
    normalise_stored(apps.get_model("polls", "Comment"), {"text": paragraphs, "reply": paragraphs})
    normalise_stored(apps.get_model("polls", "NetworkAllowance"), {"label": one_line})


class Migration(migrations.Migration):
    dependencies = [('polls', '0002_database_guards')]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
