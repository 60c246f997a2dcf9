"""Bring text stored before fields normalised it into the form they give it now."""

from django.db import migrations

from textfields import normalise_stored
from vietnamese import one_line, paragraphs


def normalise(apps, schema_editor):
    rules = {
        "Article": {
            "title": one_line,
            "summary": paragraphs,
            "byline": one_line,
            "source": one_line,
            "cover_alt": one_line,
            "cover_caption": one_line,
            "cover_credit": one_line,
            "withdrawal_notice": paragraphs,
        },
        "Category": {"name": one_line, "description": one_line},
        "Tag": {"name": one_line, "description": one_line, "lead": paragraphs},
        "Attachment": {"title": one_line},
        "Revision": {"note": one_line},
        "ShareLink": {"recipient": one_line, "comment": paragraphs},
        "Transition": {"reason": paragraphs, "mail_error": one_line},
        "MissingPage": {"path": one_line, "referrer": one_line},
        "SearchMiss": {"query": one_line},
    }
    for name, columns in rules.items():
        normalise_stored(apps.get_model("news", name), columns)


class Migration(migrations.Migration):
    dependencies = [('news', '0002_words_of_the_sections')]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
