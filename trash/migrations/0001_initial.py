import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import communes.rows
import textfields
from communes.keys import unique_row


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("communes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TrashItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", textfields.LineField(help_text="What it is.", max_length=60, verbose_name="kind")),
                (
                    "title",
                    textfields.LineField(
                        help_text="What it was called when it was thrown away.", max_length=250, verbose_name="title"
                    ),
                ),
                (
                    "reason",
                    textfields.LineField(
                        help_text="In a few words; colleagues who look for it read this.",
                        max_length=200,
                        verbose_name="reason",
                    ),
                ),
                (
                    "trashed_at",
                    models.DateTimeField(
                        auto_now_add=True, help_text="When it was thrown away.", verbose_name="thrown away"
                    ),
                ),
                ("commune", communes.rows.CommuneKey()),
                (
                    "trashed_by",
                    models.ForeignKey(
                        help_text="Who threw it away.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="thrown away by",
                    ),
                ),
            ],
            options={
                "verbose_name": "thing in the trash",
                "verbose_name_plural": "things in the trash",
                "ordering": ("-trashed_at", "-id"),
                "default_permissions": ("delete",),
                "indexes": [models.Index(fields=["commune", "-trashed_at"], name="trash_trashitem_commune")],
            },
        ),
        unique_row("trash_trashitem"),
    ]
