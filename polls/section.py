"""What the polls give to the portal."""

from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR, WRITER
from polls.upkeep import TASKS
from section import Errand, MenuTarget, Section


def errands_of(user: AbstractUser) -> list[Errand]:
    if not user.has_perm("polls.view_poll"):
        return []
    return [Errand(_("Polls"), reverse("admin:polls_poll_changelist"))]


SECTION = Section(
    urls="polls.urls",
    parameters=frozenset({"chon", "phieu", "trang"}),
    rights={
        WRITER: frozenset({"view_poll"}),
        EDITOR: frozenset({"view_poll", "add_poll", "change_poll", "view_comment", "change_comment"}),
    },
    errands=errands_of,
    menu_targets=lambda: [MenuTarget(_("Polls"), reverse("polls:poll_list"), group=_("Services of the portal"))],
    # A vote sent twice with one token is counted once, and the second changes nothing.
    repeatable=(r"/binh-chon/\d+/",),
    tasks=TASKS,
)
