"""Pictures and documents belong to a commune; their files are recognised there, and stored in its folder."""

from django.db import migrations, models

import library.models.document
import library.models.picture
from communes.keys import commune_key, unique_row


class Migration(migrations.Migration):

    dependencies = [
        ('communes', '0004_communes'),
        ('library', '0004_normalise_text'),
    ]

    operations = [
        commune_key('library', 'picture'),
        commune_key('library', 'document'),
        migrations.RemoveConstraint('picture', 'library_picture_uploader_digest_unique'),
        migrations.RemoveConstraint('document', 'library_document_uploader_digest_unique'),
        migrations.AddConstraint(
            'picture',
            models.UniqueConstraint(fields=('commune', 'uploaded_by', 'digest'), name='library_picture_uploader_digest_unique', violation_error_message='This picture is already in the library.'),
        ),
        migrations.AddConstraint(
            'document',
            models.UniqueConstraint(fields=('commune', 'uploaded_by', 'digest'), name='library_document_uploader_digest_unique', violation_error_message='This document is already in the library.'),
        ),
        migrations.AlterField(
            'picture',
            'file',
            models.ImageField(help_text='JPEG, PNG, WebP, GIF, AVIF, HEIC or BMP, at most 15 MB.', max_length=200, upload_to=library.models.picture.picture_name, verbose_name='picture file'),
        ),
        migrations.AlterField(
            'document',
            'file',
            models.FileField(help_text='PDF, DOCX or XLSX, at most 30 MB.', max_length=200, upload_to=library.models.document.document_name, verbose_name='file'),
        ),
        unique_row('library_picture'),
        unique_row('library_document'),
    ]
