"""Paging through lists of any length without counting them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest

from news.models import Article, ArticleQuerySet

PER_PAGE = 20
# Readers page this far; older articles are found by search.
MAX_PAGES = 1000
# Pages counted beyond the one shown: the first page of a million articles looks at a hundred rows.
AHEAD = 5
BEGINNING = PER_PAGE * (AHEAD + 1)
# From this page on, the place where the next one begins is kept: passing over its predecessors costs
# more the further it lies.
FAR = 10
PLACE_SECONDS = 60
# When an article was published, and its id: where it stands in a list, the newest first.
Place = tuple[datetime, int]


class ListPaginator(Paginator):
    """Knows the page asked for and whether a few more follow."""

    def __init__(self, count: int, *, is_counted_out: bool) -> None:
        """Take the number of articles known of; `is_counted_out` says that there are no more."""
        super().__init__((), PER_PAGE)
        self.count = count
        self.is_counted_out = is_counted_out


def page_of(
    find: Callable[[], ArticleQuerySet],
    request: HttpRequest,
    *,
    read: Callable[[list[int]], Iterable[Article]],
    begin: Callable[[], list[int]] | None = None,
    follow: Callable[[Place], list[Place]] | None = None,
    place: str = "",
    most: int = MAX_PAGES,
) -> Page[Any]:
    """The page that `?trang=` names of the articles that `find` finds; `read` gets those of some ids, in any order.

    Where there is a quicker way to the first BEGINNING ids, all that the first page needs, it is `begin`;
    to as many that follow a place, `follow`.
    With a `place`, a name of the list, the newest come first, and where a far page begins is kept for
    a minute: who pages on from there passes over nothing. Raises Http404 for a page that does not
    exist or lies beyond the page `most`.
    """
    number = _number(request, most)
    looked_at = PER_PAGE * (min(number + AHEAD, most) - number + 1)
    is_first = begin is not None and number == 1 and looked_at == BEGINNING
    keys = begin() if is_first else _keys(find, follow, number, looked_at, place)
    if not keys and number > 1:
        raise Http404
    count = (number - 1) * PER_PAGE + len(keys)
    found = {article.pk: article for article in read(keys[:PER_PAGE])}
    rows = [found[key] for key in keys[:PER_PAGE] if key in found]
    return Page(rows, number, ListPaginator(count, is_counted_out=len(keys) < looked_at))


def page_of_ids(
    ids: Sequence[int],
    request: HttpRequest,
    *,
    read: Callable[[Sequence[int]], Iterable[Article]],
    is_counted_out: bool,
) -> Page[Any]:
    """The page that `?trang=` names of articles whose ids are all known, in their order; `read` gets them in any.

    Raises Http404 for a page that does not exist.
    """
    number = _number(request, MAX_PAGES)
    keys = ids[(number - 1) * PER_PAGE : number * PER_PAGE]
    if not keys and number > 1:
        raise Http404
    found = {article.pk: article for article in read(keys)} if keys else {}
    rows = [found[key] for key in keys if key in found]
    return Page(rows, number, ListPaginator(len(ids), is_counted_out=is_counted_out))


def _number(request: HttpRequest, most: int) -> int:
    text = request.GET.get("trang", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= most):
        raise Http404
    return int(text)


def _keys(
    find: Callable[[], ArticleQuerySet],
    follow: Callable[[Place], list[Place]] | None,
    number: int,
    looked_at: int,
    place: str,
) -> list[int]:
    """Keys of the articles on the page and on the few after it, from the index alone."""
    first = (number - 1) * PER_PAGE
    if not place or number < FAR:
        return list(find().values_list("pk", flat=True)[first : first + looked_at])
    before = cache.get(f"{place}:{number}")
    if before and follow:
        following = follow(before)[:looked_at]
    elif before:
        following = list(find().values_list("published_at", "pk").before(before[1], before[0])[:looked_at])
    else:
        before, *following = list(find().values_list("published_at", "pk")[first - 1 : first + looked_at]) or [None]
    places = {f"{place}:{number}": before}
    if len(following) > PER_PAGE:
        places[f"{place}:{number + 1}"] = following[PER_PAGE - 1]
    cache.set_many(places, PLACE_SECONDS)
    return [pk for _, pk in following]
