"""Numbers for leaders: who published how much, where, and what has gone quiet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from news.models import Article, Category
from news.newsroom.people import name_of
from vietnamese import name_sort_key, xml_text

MAX_DUE = 5000  # rows
AUTHOR_NAMES = ("author__last_name", "author__first_name", "author__username")
# A cell that begins so is a formula to a spreadsheet program (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Table:
    """A table for the screen and for export; cells are texts and whole numbers."""

    title: str
    columns: list[str]
    rows: list[list[Any]]


def articles_by_author(since: date, until: date) -> Table:
    """Articles that appeared from the day `since` to the day `until`, by author, category and month."""
    counted = (
        _appeared(since, until)
        .annotate(month=TruncMonth("published_at"))
        .values(*AUTHOR_NAMES, "category__name", "month")
        .annotate(article_count=Count("pk"))
    )
    rows = [
        [
            f"{row['author__last_name']} {row['author__first_name']}".strip() or row["author__username"],
            row["category__name"],
            f"{row['month']:%m/%Y}",
            row["article_count"],
            row["month"],
        ]
        for row in counted
    ]
    rows.sort(key=lambda row: (row[4], name_sort_key(row[0]), row[1]))
    columns = [_("Author"), _("Category"), _("Month"), _("Articles")]
    return Table(_("Articles by author, category and month"), columns, [row[:4] for row in rows])


def quiet_categories(now: datetime | None = None) -> Table:
    """Days since the last article of every category, the quietest first."""
    now = now or timezone.now()
    newest = dict(
        Article.objects.published(now)
        .values("category")
        .annotate(newest=Max("published_at"))
        .values_list("category", "newest")
    )
    rows = []
    for category in Category.objects.all():
        last = newest.get(category.pk)
        days = (timezone.localdate(now) - timezone.localdate(last)).days if last else None
        rows.append(
            [category.name, f"{timezone.localdate(last):%d/%m/%Y}" if last else "–", "–" if days is None else days]
        )
    rows.sort(key=lambda row: (row[2] != "–", 0 if row[2] == "–" else -row[2]))
    return Table(_("Days since the last article"), [_("Category"), _("Last article"), _("Days")], rows)


def to_check_again(now: datetime | None = None) -> Table:
    """Published articles whose day of review has come, the longest overdue first."""
    now = now or timezone.now()
    due = Article.objects.published(now).filter(review_on__lte=timezone.localdate(now)).order_by("review_on", "pk")
    articles = due.select_related("category", "author").only("title", "review_on", "category__name", *AUTHOR_NAMES)
    rows = [
        [article.title, article.category.name, name_of(article.author), f"{article.review_on:%d/%m/%Y}"]
        for article in articles[:MAX_DUE]
    ]
    return Table(_("Articles to be checked again"), [_("Title"), _("Category"), _("Author"), _("Due since")], rows)


def to_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark: without it Excel shows Vietnamese as mojibake."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([table.columns, *(map(_harmless, row) for row in table.rows)])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(table: Table) -> bytes:
    # Loaded when somebody exports: it takes a third of a second.
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = table.title[:31]
    for row in [table.columns, *([_harmless(cell) for cell in row] for row in table.rows)]:
        sheet.append(row)
    for index, column in enumerate(zip(table.columns, *table.rows, strict=True), start=1):
        sheet.cell(1, index).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(index)].width = min(max(len(str(cell)) for cell in column) + 2, 60)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def month_span(today: date) -> tuple[date, date]:
    """The twelve months up to today."""
    return (today.replace(day=1) - timedelta(days=334)).replace(day=1), today


def _appeared(since: date, until: date) -> Iterable:
    return Article.objects.published().filter(published_at__date__gte=since, published_at__date__lte=until)


def _harmless(cell: Any) -> Any:
    """Text as a workbook can hold it, with an apostrophe if it would be run as a formula; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    text = xml_text(cell)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
