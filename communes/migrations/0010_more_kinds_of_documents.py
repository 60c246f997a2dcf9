from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communes", "0009_room_for_files")]

    operations = [
        migrations.AddField(
            "siteidentity",
            "takes_more_documents",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text=(
                    "Lets editors attach .doc, .xls, .ppt, .pptx, .odt, .rtf and .zip beside PDF, DOCX and XLSX, as downloads. "
                    "Citizens are served better by text on the page or a PDF, which every phone opens."
                ),
                verbose_name="other kinds of documents",
            ),
        ),
    ]
