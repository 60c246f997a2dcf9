"""Published pages for a demonstration portal."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser

from communes.models import Commune
from news.drafts import revisions
from news.models import Status
from pages.models import Page
from pages.starter import Text, page_of


def create_page(
    commune: Commune, author: AbstractUser, text: Text, position: int, published_at: datetime, **changes: object
) -> Page:
    """The published page of `commune` at the address of `text`, created when it does not exist."""
    pages = Page.objects.of(commune)
    if existing := pages.at(text.path).first():
        return existing
    page = page_of(commune, text, position)
    page.parent = pages.get(path=text.parent) if text.parent else None
    page.translation_of = pages.get(path=text.translation_of) if text.translation_of else None
    page.status, page.published_at = Status.PUBLISHED, published_at
    for name, value in changes.items():
        setattr(page, name, value)
    page.full_clean(exclude=["author"])
    revisions.create_article(page, author)
    return page
