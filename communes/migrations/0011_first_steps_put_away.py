from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communes", "0010_more_kinds_of_documents")]

    operations = [
        migrations.AddField(
            "commune",
            "shows_first_steps",
            models.BooleanField(
                db_default=True,
                default=True,
                editable=False,
                help_text="On the work desk, as long as one of them is not done.",
                verbose_name="shows the first steps",
            ),
        ),
    ]
