"""Paging through lists of any length without counting them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property

from news.models import ArticleQuerySet

PER_PAGE = 20
# Readers page this far; older articles are found by search.
MAX_PAGES = 1000
# Pages counted beyond the one shown: the first page of a million articles counts a hundred rows.
AHEAD = 5
# From this row on, the rows before are passed over in the index alone.
FAR = 200


class ListPaginator(Paginator):
    """Knows the page asked for and whether a few more follow."""

    def __init__(self, articles: ArticleQuerySet, number: int) -> None:
        super().__init__(articles, PER_PAGE)
        self.horizon = PER_PAGE * min(number + AHEAD, MAX_PAGES)

    @cached_property
    def count(self) -> int:
        """Articles up to the horizon."""
        return self.object_list[: self.horizon].count()

    @property
    def is_counted_out(self) -> bool:
        """Whether `num_pages` is the true number of pages."""
        return self.count < self.horizon

    def page(self, number: int) -> Page[Any]:
        first = (number - 1) * PER_PAGE
        if first < FAR:
            return super().page(number)
        number = self.validate_number(number)
        keys = self.object_list.values("pk")[first : first + PER_PAGE]
        return self._get_page(self.object_list.filter(pk__in=keys), number, self)


def page_of(articles: ArticleQuerySet, request: HttpRequest) -> Page[Any]:
    """The page `?trang=` names. Raises Http404 for a page that does not exist."""
    text = request.GET.get("trang", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MAX_PAGES):
        raise Http404
    number = int(text)
    paginator = ListPaginator(articles, number)
    if number > paginator.num_pages:
        raise Http404
    return paginator.page(number)
