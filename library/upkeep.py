"""What has to be done from time to time: removing files that nothing refers to, reading PDFs that came unread."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from library.intake import pdfs
from library.models import Document
from library.unreferenced_files import remove_unreferenced_files
from upkeep.tasks import Task

MOST_AT_A_TIME = 500


def read_pdfs(at: datetime) -> int:
    """Tell pages and text of PDFs that came before this was asked, or with a database from elsewhere; how many."""
    waiting = Document.with_trashed.everywhere().filter(page_count=None, file__iendswith=".pdf").order_by("pk")
    read = list(waiting[:MOST_AT_A_TIME])
    for document in read:
        try:
            with document.file.open() as content:
                facts = pdfs.facts_of(content)
        except OSError:  # its file is gone; the check of the backup tells
            facts = pdfs.UNREADABLE
        # Not of another file that took its place meanwhile.
        waiting.filter(pk=document.pk, digest=document.digest).update(**facts._asdict())
    return len(read)


TASKS = [
    Task(
        name="library-files",
        title=_("Remove pictures and documents that nothing refers to"),
        rhythm=time(3, 50),
        run=remove_unreferenced_files,
        limit=timedelta(minutes=30),
        deletes=True,
    ),
    Task(
        name="library-pdfs",
        title=_("Read how many pages PDFs have that came unread"),
        rhythm=time(4, 20),
        run=read_pdfs,
        limit=timedelta(minutes=60),
    ),
]
