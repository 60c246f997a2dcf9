"""Pages for tests."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from news.models import Status
from pages.models import Page
from tests.communes.factories import first_commune
from tests.news.factories import make_writer

_numbers = count(1)


def make_page(title: str = "", **changes: Any) -> Page:
    """A published page unless `status` says otherwise, at the top unless a `parent` is given."""
    parent = changes.get("parent")
    values: dict[str, Any] = {
        "title": title or f"Trang {next(_numbers)}",
        "summary": "Tóm tắt.",
        "body": "<p>Nội dung.</p>",
        "status": Status.PUBLISHED,
        "commune": parent.commune if parent else first_commune(),
    } | changes
    if values["status"] == Status.PUBLISHED:
        values.setdefault("published_at", timezone.now() - timedelta(hours=1))
    if values["status"] == Status.WITHDRAWN:
        values.setdefault("withdrawal_notice", "Trang đã được gỡ.")
    if "author" not in values:
        values["author"] = make_writer(commune=values["commune"])
    return Page.objects.create(**values)
