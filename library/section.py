"""What the libraries give to the portal."""

from django.contrib.auth.models import AbstractBaseUser, AbstractUser
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR, WRITER
from library.models import Picture, Recording
from library.upkeep import TASKS
from section import Errand, Row, Section

MOST_LISTED = 50
WRITER_RIGHTS = frozenset({f"{act}_{kind}" for act in ("add", "view") for kind in ("picture", "document", "recording")})


def errands_of(user: AbstractUser) -> list[Errand]:
    if not user.has_perm("library.view_picture"):
        return []
    return [Errand(_("Pictures"), reverse("admin:library_picture_changelist"))]


def recordings_with(file: Model, reader: AbstractBaseUser | None) -> list[Row]:
    """The videos whose poster a picture is, as far as `reader` may see them (nobody: all)."""
    if not isinstance(file, Picture) or not (reader is None or reader.has_perm("library.view_recording")):
        return []
    rows = Recording.with_trashed.of(file.commune_id).filter(poster=file)[:MOST_LISTED]
    return [Row(str(row), reverse("admin:library_recording_change", args=[row.pk])) for row in rows]


SECTION = Section(
    urls="library.urls",
    rights={WRITER: WRITER_RIGHTS, EDITOR: WRITER_RIGHTS | {"change_picture", "change_document", "change_recording"}},
    errands=errands_of,
    uploads=frozenset(
        {
            *("admin:library_picture_add", "admin:library_picture_change", "library:picture_upload"),
            "admin:library_picture_add_many",
            *("admin:library_document_add", "admin:library_document_change"),
            *("admin:library_recording_add", "admin:library_recording_change"),
        }
    ),
    tasks=TASKS,
    uses=recordings_with,
)
