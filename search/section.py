"""What this feature gives to the portal: what people type, and what they mean."""

from accounts.roles import EDITOR
from section import Section

SECTION = Section(
    urls="search.urls",
    rights={
        EDITOR: frozenset(
            {
                *("view_synonym", "add_synonym", "change_synonym", "delete_synonym"),
                *("view_promotedanswer", "add_promotedanswer", "change_promotedanswer", "delete_promotedanswer"),
            }
        )
    },
)
