from django.core.files.storage import default_storage
from django.db import migrations, models

from library.renditions import names_of


def measure(apps, schema_editor):
    """Of a picture whose file is gone the size stays 0."""
    pictures = apps.get_model("library", "Picture")._base_manager.only("file", "width", "height", "has_renditions")
    for picture in pictures.iterator(chunk_size=500):
        copies = names_of(picture.file.name, picture.width, picture.height) if picture.has_renditions else []
        picture.size = sum(_size(name) for name in [picture.file.name, *copies])
        picture.save(update_fields=["size"])


def _size(name):
    try:
        return default_storage.size(name)
    except OSError:
        return 0


class Migration(migrations.Migration):
    dependencies = [("library", "0005_communes")]

    operations = [
        migrations.AddField(
            "picture",
            "size",
            models.PositiveIntegerField(
                default=0, editable=False, help_text="In bytes, with the smaller copies.", verbose_name="size"
            ),
        ),
        migrations.RunPython(measure, migrations.RunPython.noop),
    ]
