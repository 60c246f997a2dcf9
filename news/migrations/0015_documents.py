"""Documents get a library of their own; what was attached to articles moves into it."""

import hashlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def move_into_library(apps, schema_editor):
    Attachment, Document = apps.get_model("news", "Attachment"), apps.get_model("news", "Document")
    for attachment in Attachment.objects.order_by("id").iterator():
        try:
            with attachment.file.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:  # the file is missing: its name has to tell it apart
            digest = hashlib.sha256(attachment.file.name.encode()).hexdigest()
        document, _created = Document.objects.get_or_create(
            digest=digest,
            defaults={"file": attachment.file.name, "title": attachment.title, "size": attachment.size},
        )
        attachment.document = document
        attachment.save(update_fields=["document"])


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0014_search_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(help_text="PDF, DOCX or XLSX, at most 30 MB.", max_length=200, upload_to="tep", verbose_name="file")),
                ("title", models.CharField(help_text="What the document is, as citizens read it.", max_length=200, verbose_name="title")),
                ("tags", models.CharField(blank=True, help_text="Words to find it by, separated by commas.", max_length=250, verbose_name="keywords")),
                ("size", models.PositiveIntegerField(editable=False, help_text="In bytes.", verbose_name="size")),
                ("digest", models.CharField(editable=False, help_text="SHA-256 of the file; the same file is recognised by it.", max_length=64, verbose_name="content digest")),
                ("created_at", models.DateTimeField(auto_now_add=True, help_text="When the file was uploaded.", verbose_name="uploaded")),
                ("uploaded_by", models.ForeignKey(editable=False, help_text="The account that uploaded the file.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="documents", to=settings.AUTH_USER_MODEL, verbose_name="uploaded by")),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ("-id",),
                "constraints": [models.UniqueConstraint(fields=("digest",), name="news_document_digest_unique", violation_error_message="This document is already in the library.")],
            },
        ),
        migrations.AddField(
            model_name="attachment",
            name="document",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="news.document"),
        ),
        migrations.RunPython(move_into_library, migrations.RunPython.noop),
        # The rows just written have checks waiting, which would forbid to alter their table.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="attachment",
            name="document",
            field=models.ForeignKey(help_text="One that was uploaded before. Leave it empty for a new file.", on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="news.document", verbose_name="document of the library"),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="title",
            field=models.CharField(blank=True, help_text="As citizens read it under this article; left empty, the title of the document.", max_length=200, verbose_name="title"),
        ),
        migrations.RemoveField(model_name="attachment", name="file"),
        migrations.RemoveField(model_name="attachment", name="size"),
    ]
