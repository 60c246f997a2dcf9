"""What has to be done from time to time: finding dead links."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from news.links.check import check_links
from upkeep.tasks import Task

TASKS = [
    Task(
        name="news-links",
        title=_("Look for links in articles that lead nowhere"),
        rhythm=time(3, 30),
        run=check_links,
        limit=timedelta(minutes=45),
    ),
]
