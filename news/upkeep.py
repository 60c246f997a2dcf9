"""What has to be done from time to time: finding dead links, counting words, forgetting."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from news.links.check import check_links
from news.personal import forget_old_links, forget_old_misses
from news.public.search_words import add_new_words, count_all_words
from upkeep.tasks import Task

TASKS = [
    Task(
        name="news-misses",
        title=_("Delete searches and addresses without a result that are half a year old"),
        rhythm=time(3, 25),
        run=forget_old_misses,
        deletes=True,
    ),
    Task(
        name="news-links-kept",
        title=_("Delete links to drafts that ended a year ago"),
        rhythm=time(3, 26),
        run=forget_old_links,
        deletes=True,
    ),
    Task(
        name="news-links",
        title=_("Look for links in articles that lead nowhere"),
        rhythm=time(3, 30),
        run=check_links,
        limit=timedelta(minutes=45),
    ),
    # From the first start on, not at an hour of its own: a portal that was just upgraded has no words yet.
    Task(
        name="news-words",
        title=_("Count the words of the articles for the search"),
        rhythm=timedelta(days=1),
        run=count_all_words,
        limit=timedelta(hours=2),
    ),
    Task(
        name="news-new-words",
        title=_("Take up the words of new articles for the search"),
        rhythm=timedelta(minutes=10),
        run=add_new_words,
    ),
]
