"""What a page key of the visitor statistics is called, and where it is."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from news.models import Article, Category, Tag

# Pages that exist once: (title, name of the URL). The others are named by their row.
SINGLE_PAGES = {
    "home": (gettext_noop("Home"), "portal:home"),
    "sitemap": (gettext_noop("Site map"), "portal:site_map"),
    "search": (gettext_noop("Search"), "news:search"),
}


def page_titles(keys: set[str]) -> dict[str, tuple[str, str]]:
    """(title, address) of each known key such as `article:12`; keys of deleted pages are left out."""
    titles = {key: (_(SINGLE_PAGES[key][0]), reverse(SINGLE_PAGES[key][1])) for key in keys & SINGLE_PAGES.keys()}
    readers: dict[str, Callable[[list[int]], dict[int, tuple[str, str]]]] = {
        "article": _articles,
        "category": _categories,
        "tag": _tags,
    }
    for kind, read in readers.items():
        ids = [int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind}:")]
        if ids:
            titles |= {f"{kind}:{pk}": title for pk, title in read(ids).items()}
    return titles


def _articles(ids: list[int]) -> dict[int, tuple[str, str]]:
    articles = Article.objects.filter(pk__in=ids).select_related("category").only("title", "slug", "category__slug")
    return {article.pk: (article.title, article.get_absolute_url()) for article in articles}


def _tags(ids: list[int]) -> dict[int, tuple[str, str]]:
    return {tag.pk: (tag.name, tag.get_absolute_url()) for tag in Tag.objects.filter(pk__in=ids)}


def _categories(ids: list[int]) -> dict[int, tuple[str, str]]:
    return {
        category.pk: (category.name, category.get_absolute_url()) for category in Category.objects.filter(pk__in=ids)
    }
