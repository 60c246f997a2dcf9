import django.db.models.deletion
import trash.rows
from django.conf import settings
from django.db import migrations, models

from communes.keys import composite_key


class Migration(migrations.Migration):

    dependencies = [
        ('communes', '0009_room_for_files'),
        ('library', '0006_size_of_pictures'),
        ('trash', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='document',
            name='library_document_uploader_digest_unique',
        ),
        migrations.RemoveConstraint(
            model_name='picture',
            name='library_picture_uploader_digest_unique',
        ),
        migrations.AddField(
            model_name='document',
            name='trashed',
            field=trash.rows.TrashKey(db_index=False, editable=False, help_text='Set while it lies in the trash.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trash.trashitem', verbose_name='in the trash'),
        ),
        migrations.AddField(
            model_name='picture',
            name='trashed',
            field=trash.rows.TrashKey(db_index=False, editable=False, help_text='Set while it lies in the trash.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trash.trashitem', verbose_name='in the trash'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('trashed__isnull', False)), fields=('commune', 'trashed'), name='library_document_one_row_in_trash'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('trashed__isnull', True)), fields=('commune', 'uploaded_by', 'digest'), name='library_document_uploader_digest_unique', violation_error_message='This document is already in the library.'),
        ),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.UniqueConstraint(condition=models.Q(('trashed__isnull', False)), fields=('commune', 'trashed'), name='library_picture_one_row_in_trash'),
        ),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.UniqueConstraint(condition=models.Q(('trashed__isnull', True)), fields=('commune', 'uploaded_by', 'digest'), name='library_picture_uploader_digest_unique', violation_error_message='This picture is already in the library.'),
        ),
        composite_key("library_document", "trashed_id", "trash_trashitem"),
        composite_key("library_picture", "trashed_id", "trash_trashitem"),
    ]
