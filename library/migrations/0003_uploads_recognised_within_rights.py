"""A stored file is recognised only among what the person at hand may see, so that no number tells more."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0002_from_the_news_app'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='document',
            name='news_document_digest_unique',
        ),
        migrations.RemoveConstraint(
            model_name='picture',
            name='news_picture_digest_unique',
        ),
        migrations.AlterField(
            model_name='picture',
            name='file',
            field=models.ImageField(help_text='JPEG, PNG, WebP, GIF, AVIF, HEIC or BMP, at most 15 MB.', upload_to='anh', verbose_name='picture file'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('uploaded_by', 'digest'), name='library_document_uploader_digest_unique', violation_error_message='This document is already in the library.'),
        ),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.UniqueConstraint(fields=('uploaded_by', 'digest'), name='library_picture_uploader_digest_unique', violation_error_message='This picture is already in the library.'),
        ),
    ]
