"""What the trash gives to the portal."""

from section import Section
from trash.upkeep import TASKS

SECTION = Section(urls="trash.urls", tasks=TASKS)
