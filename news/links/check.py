"""The nightly look at the links of published articles: a bounded piece of work, taken up where it ended.

The clock looks at the articles of all communes; whose page a link leads to is asked for each.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext

from communes.hosts import table
from news.links.addresses import MAX_ADDRESS, has_page, is_own, links_of, path_of
from news.links.fetch import MayReach, fetch, is_public
from news.models import Article, CheckedQuerySet, Link, LinkReading, OutsideLink, Problem
from section import sections

ARTICLES = 5000  # read in one run
OWN_LINKS = 20_000  # looked up in one run
PAUSE = 2.0  # seconds between two requests to the same server
OTHERS = 300  # addresses of other servers asked for in one run
OTHERS_SECONDS = 1800  # and for how long


def check_links(now: datetime, addresses: int = OTHERS, seconds: int = OTHERS_SECONDS) -> str:
    """One night's look at all links; returns what it did in a sentence."""
    read_sections()
    numbers = {
        "articles": read_articles(now),
        "own": check_own(now),
        "others": check_others(now, addresses, seconds),
        "broken": Link.objects.broken().count() + OutsideLink.objects.everywhere().broken().count(),
    }
    return (
        gettext("%(articles)d articles read, %(own)d own links and %(others)d others looked at, %(broken)d broken.")
        % numbers
    )


def read_articles(now: datetime, limit: int = ARTICLES) -> int:
    """Take the links from published articles that are new or changed; how many were read."""
    unread = Q(link_reading=None) | Q(link_reading__read_at__lt=F("updated_at"))
    articles = (
        Article.every_kind.everywhere().published(now).filter(unread).only("commune", "body").order_by("-pk")[:limit]
    )
    count = 0
    for article in articles.iterator():
        _read(article, now)
        count += 1
    return count


def read_sections() -> None:
    """Take the addresses of other servers that the sections of every commune lead to."""
    for commune in table.communes():
        links = {
            (form, address[:MAX_ADDRESS]): title
            for section in sections().values()
            for address, title, form in section.outgoing(commune)
        }
        with transaction.atomic():
            for link in OutsideLink.objects.of(commune):
                if (link.form, link.address) not in links:
                    link.delete()
            OutsideLink.objects.bulk_create(
                [
                    OutsideLink(commune=commune, form=form, address=at, title=title)
                    for (form, at), title in links.items()
                ],
                update_conflicts=True,
                unique_fields=["commune", "form", "address"],
                update_fields=["title"],
            )


def _read(article: Article, now: datetime) -> None:
    addresses = links_of(article.body)
    with transaction.atomic():
        article.links.exclude(address__in=addresses).delete()
        article.links.update(checked_at=None)
        links = [
            Link(article=article, address=address, is_own=_leads_here(address, article.commune_id))
            for address in addresses
        ]
        Link.objects.bulk_create(links, ignore_conflicts=True)
        LinkReading.objects.update_or_create(article=article, defaults={"read_at": now})


def _leads_here(address: str, commune_id: int) -> bool:
    try:
        return is_own(address, commune_id)
    except ValueError:
        return False


def check_own(now: datetime, limit: int = OWN_LINKS) -> int:
    """Look up links into the portal; how many were looked up."""
    links = _due(now).filter(is_own=True).select_related("article__category")[:limit]
    found: dict[tuple[int, str], bool] = {}
    for link in links:
        here = link.article.commune_id
        path = path_of(link.address, link.article.get_absolute_url())
        if (here, path) not in found:
            found[here, path] = has_page(path, here)
        Link.objects.filter(pk=link.pk).record("" if found[here, path] else Problem.MISSING, now)
    return len(links)


def check_others(
    now: datetime, limit: int, seconds: float, may_reach: MayReach = is_public, pause: float = PAUSE
) -> int:
    """Ask other servers for at most `limit` addresses, for about `seconds`; how many were asked for."""
    # Every page shows those beside the articles, so they come first; but they take no more than half of a night.
    outside = OutsideLink.objects.everywhere().due(now).values_list("address", flat=True)[: limit * 3]
    in_articles = _due(now).filter(is_own=False).values_list("address", flat=True)[: limit * 3]
    addresses = list(dict.fromkeys([*list(dict.fromkeys(outside))[: limit // 2], *in_articles]))
    end = time.monotonic() + seconds
    last_asked: dict[str, float] = {}
    count = 0
    for address in in_turn(addresses[:limit]):
        host = _host(address)
        wait = max(last_asked.get(host, -math.inf) + pause - time.monotonic(), 0)
        if time.monotonic() + wait > end:
            break
        time.sleep(wait)
        outcome = fetch(address, may_reach)
        last_asked[host] = time.monotonic()
        for links in (Link.objects.filter(is_own=False), OutsideLink.objects.everywhere()):
            links.filter(address=address).record(outcome.problem, now, outcome.status)
        count += 1
    return count


def in_turn(addresses: Iterable[str]) -> list[str]:
    """One address of every server, then the second of every server: waiting for one serves the others."""
    seen: Counter[str] = Counter()
    turns = []
    for address in addresses:
        host = _host(address)
        turns.append((seen[host], address))
        seen[host] += 1
    return [address for _turn, address in sorted(turns, key=itemgetter(0))]


def _due(now: datetime) -> CheckedQuerySet:
    return Link.objects.due(now).filter(article__in=Article.every_kind.everywhere().published(now).values("pk"))


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""
