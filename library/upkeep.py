"""What has to be done from time to time: removing files that nothing refers to."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from library.unreferenced_files import remove_unreferenced_files
from upkeep.tasks import Task

TASKS = [
    Task(
        name="library-files",
        title=_("Remove pictures and documents that nothing refers to"),
        rhythm=time(3, 50),
        run=remove_unreferenced_files,
        limit=timedelta(minutes=30),
        deletes=True,
    ),
]
