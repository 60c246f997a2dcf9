from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0008_picture_filename")]

    operations = [
        migrations.AddField(
            "document",
            "page_count",
            models.PositiveIntegerField(
                editable=False, help_text="Of a PDF; 0 when it could not be read.", null=True, verbose_name="number of pages"
            ),
        ),
        migrations.AddField(
            "document",
            "has_text",
            models.BooleanField(
                editable=False,
                help_text="Whether a PDF holds text, and not only pictures of it.",
                null=True,
                verbose_name="has text",
            ),
        ),
    ]
