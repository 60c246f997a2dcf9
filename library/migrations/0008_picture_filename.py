from django.db import migrations, models




class Migration(migrations.Migration):
    dependencies = [("library", "0007_trash")]

    operations = [
        migrations.AddField(
            "picture",
            "filename",
            models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="What the file was called where it came from; its address does not tell.",
                max_length=200,
                verbose_name="file's own name",
            ),
            preserve_default=False,
        ),
    ]
