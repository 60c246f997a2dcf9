"""The words of the articles that are there, in portions that are transactions of their own.

After an interruption it goes on where it stopped.
"""

from django.db import migrations

PORTION = 2_000


def fill(apps, schema_editor):
    """Let the trigger fill what is empty."""
    articles = apps.get_model('news', 'Article')._base_manager.filter(terms=None)
    while portion := list(articles.order_by('pk').values_list('pk', flat=True)[:PORTION]):
        articles.filter(pk__range=(portion[0], portion[-1])).update(terms=None)


class Migration(migrations.Migration):
    # A million articles in one transaction would hold everybody off, and be lost with a stop.
    atomic = False

    dependencies = [('news', '0013_search_terms')]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
