"""What the libraries give to the portal."""

from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR, WRITER
from library.upkeep import TASKS
from section import Errand, Section

WRITER_RIGHTS = frozenset({"add_picture", "view_picture", "add_document", "view_document"})


def errands_of(user: AbstractUser) -> list[Errand]:
    if not user.has_perm("library.view_picture"):
        return []
    return [Errand(_("Pictures"), reverse("admin:library_picture_changelist"))]


SECTION = Section(
    urls="library.urls",
    rights={WRITER: WRITER_RIGHTS, EDITOR: WRITER_RIGHTS | {"change_picture", "change_document"}},
    errands=errands_of,
    uploads=frozenset(
        {
            *("admin:library_picture_add", "admin:library_picture_change", "library:picture_upload"),
            "admin:library_picture_add_many",
            *("admin:library_document_add", "admin:library_document_change"),
        }
    ),
    tasks=TASKS,
)
