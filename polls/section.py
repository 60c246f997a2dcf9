"""What the polls give to the portal."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR, WRITER
from polls.desk import errands_of, piles_of
from polls.search import polls_with
from polls.upkeep import TASKS
from section import HomeBlock, MenuTarget, Section

SECTION = Section(
    urls="polls.urls",
    parameters=frozenset({"chon", "phieu", "trang"}),
    rights={
        WRITER: frozenset({"view_poll"}),
        EDITOR: frozenset({"view_poll", "add_poll", "change_poll", "view_comment", "change_comment"}),
    },
    piles=piles_of,
    errands=errands_of,
    search=polls_with,
    home_blocks=[HomeBlock("poll", _("The poll of the portal"), "polls/_home_poll.html")],
    menu_targets=lambda commune: [
        MenuTarget(_("Polls"), reverse("polls:poll_list"), group=_("Services of the portal"), key="url:polls:poll_list")
    ],
    # A vote sent twice with one token is counted once, and the second changes nothing.
    repeatable=frozenset({"polls:ballot"}),
    unsearched=("polls:poll_list",),
    tasks=TASKS,
)
