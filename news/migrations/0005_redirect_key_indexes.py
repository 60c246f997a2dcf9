"""Apart from the rows they hold: PostgreSQL alters no table with changes that wait for their check."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('news', '0004_redirect_keys')]

    operations = [
        migrations.AlterField(
            "redirect", "old_key", models.CharField(db_index=True, editable=False, max_length=32)
        ),
        migrations.AlterField(
            "redirect", "new_key", models.CharField(db_index=True, editable=False, max_length=32)
        ),
    ]
