from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communes", "0008_days_to_set_up_a_second_factor")]

    operations = [
        migrations.AddField(
            "commune",
            "storage_limit",
            models.PositiveSmallIntegerField(
                blank=True,
                help_text="In GB. Empty: as the operator set it for all communes; 0: no limit.",
                null=True,
                verbose_name="room for pictures and documents",
            ),
        ),
    ]
