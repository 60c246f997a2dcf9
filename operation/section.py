"""What operating the portal adds to it: backups, and what is kept of people who work here, by the clock."""

from operation.personal import PERSONAL_DATA
from operation.personal import TASKS as PERSONAL_TASKS
from operation.tasks import TASKS as BACKUP_TASKS
from section import Section

SECTION = Section(urls="operation.urls", tasks=[*BACKUP_TASKS, *PERSONAL_TASKS], personal_data=PERSONAL_DATA)
