"""What the polls give to the portal."""

from accounts.roles import EDITOR, WRITER
from section import Section

SECTION = Section(
    urls="polls.urls",
    parameters=frozenset({"chon", "phieu", "trang"}),
    rights={
        WRITER: frozenset({"view_poll"}),
        EDITOR: frozenset({"view_poll", "add_poll", "change_poll", "view_comment", "change_comment"}),
    },
)
