"""What the visitor statistics give to the portal."""

from accounts.roles import EDITOR
from section import Section

SECTION = Section(urls="visitors.urls", rights={EDITOR: frozenset({"view_statistics"})})
