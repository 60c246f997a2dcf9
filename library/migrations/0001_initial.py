"""The two libraries as 0.1.0 made them, then in the app `news`."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('news', '0001_initial'),
        ('news', '0002_newsroom'),
        ('news', '0003_search'),
        ('news', '0004_renditions'),
        ('news', '0005_featured_order'),
        ('news', '0006_desk_indexes'),
        ('news', '0007_covering_indexes'),
        ('news', '0008_authors'),
        ('news', '0009_stories'),
        ('news', '0010_links'),
        ('news', '0011_redirect_addresses'),
        ('news', '0012_search_functions_bound'),
        ('news', '0013_newest_of_a_tag'),
        ('news', '0014_search_indexes'),
        ('news', '0015_documents'),
        ('news', '0016_proposal_is_a_step'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(help_text='PDF, DOCX or XLSX, at most 30 MB.', max_length=200, upload_to='tep', verbose_name='file')),
                ('title', models.CharField(help_text='What the document is, as citizens read it.', max_length=200, verbose_name='title')),
                ('tags', models.CharField(blank=True, help_text='Words to find it by, separated by commas.', max_length=250, verbose_name='keywords')),
                ('size', models.PositiveIntegerField(editable=False, help_text='In bytes.', verbose_name='size')),
                ('digest', models.CharField(editable=False, help_text='SHA-256 of the file; the same file is recognised by it.', max_length=64, verbose_name='content digest')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the file was uploaded.', verbose_name='uploaded')),
                ('uploaded_by', models.ForeignKey(editable=False, help_text='The account that uploaded the file.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='documents', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'ordering': ('-id',),
                'db_table': 'news_document',
            },
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ImageField(help_text='JPEG, PNG, WebP or GIF, at most 15 MB.', upload_to='anh', verbose_name='picture file')),
                ('width', models.PositiveIntegerField(editable=False, help_text='In pixels.', verbose_name='width')),
                ('height', models.PositiveIntegerField(editable=False, help_text='In pixels.', verbose_name='height')),
                ('digest', models.CharField(editable=False, help_text='SHA-256 of the file as it was uploaded; the same file is recognised by it.', max_length=64, verbose_name='content digest')),
                ('alt', models.CharField(blank=True, help_text='What the picture shows, for people who cannot see it. Not the caption again.', max_length=250, verbose_name='text alternative')),
                ('is_decorative', models.BooleanField(default=False, help_text='Tick only when the picture says nothing: a screen reader then skips it.', verbose_name='decorative')),
                ('caption', models.CharField(blank=True, help_text='Shown under the picture when it is chosen.', max_length=250, verbose_name='caption')),
                ('credit', models.CharField(blank=True, help_text='Who took or drew it, for example: Ảnh: Thu Hà.', max_length=120, verbose_name='credit')),
                ('tags', models.CharField(blank=True, help_text='Words to find it by, separated by commas.', max_length=250, verbose_name='keywords')),
                ('focal_x', models.PositiveSmallIntegerField(default=50, help_text='Per cent. What lies here stays visible when the picture is cropped.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='focal point from the left')),
                ('focal_y', models.PositiveSmallIntegerField(default=50, help_text='Per cent. What lies here stays visible when the picture is cropped.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='focal point from the top')),
                ('has_renditions', models.BooleanField(default=False, editable=False, help_text='Copies in AVIF and WebP were made.', verbose_name='has smaller copies')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='When the file was uploaded.', verbose_name='uploaded')),
                ('uploaded_by', models.ForeignKey(editable=False, help_text='The account that uploaded the file.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pictures', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'ordering': ('-id',),
                'db_table': 'news_picture',
            },
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('digest',), name='news_document_digest_unique', violation_error_message='This document is already in the library.'),
        ),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.UniqueConstraint(fields=('digest',), name='news_picture_digest_unique', violation_error_message='This picture is already in the library.'),
        ),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.CheckConstraint(condition=models.Q(('focal_x__lte', 100), ('focal_y__lte', 100)), name='news_picture_focal_point_inside', violation_error_message='The focal point lies outside the picture.'),
        ),
    ]
