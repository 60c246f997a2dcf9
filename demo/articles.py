"""The articles of the demonstration portal, read from files of plain text.

A file is a front matter of `key: value` lines, a blank line, and an HTML body.
Anywhere in it, a date is written relative to the day the article appears, so
that a demonstration loaded next year does not speak of last year:

    [[+4]]      four days later, 27/11/2026      [[y]]  [[y+1]]  the year
    [[-2|d/m]]  two days earlier, 21/11          [[m+1]]  the next month
                                                 [[my+1]]  and that month's year
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

DIRECTORY = Path(__file__).parent / "articles"

# Viet Nam keeps one offset all year, without daylight saving time.
VIETNAM = timezone(timedelta(hours=7))

CATEGORIES = {
    "chinh-tri-xay-dung-dang": "Chính trị – Xây dựng Đảng",
    "kinh-te": "Kinh tế",
    "van-hoa-xa-hoi": "Văn hóa – Xã hội",
    "an-ninh-quoc-phong": "An ninh – Quốc phòng",
    "chuyen-doi-so": "Chuyển đổi số",
    "nong-thon-moi-ocop": "Nông thôn mới – OCOP",
    "mat-tran-doan-the": "Mặt trận và đoàn thể",
    "thong-bao": "Thông báo",
}

# Under one of them.
SUBCATEGORIES = {"y-te-dan-so": ("Y tế – Dân số", "van-hoa-xa-hoi")}

NOTICES = "thong-bao"

COVER_CREDIT = "Tranh minh họa: Cổng"

PLACEHOLDER = re.compile(r"\[\[(?P<text>[^\]]*)\]\]")
DAY = re.compile(r"(?P<days>[+-]\d{1,3})(?P<short>\|d/m)?")
MONTH_OR_YEAR = re.compile(r"(?P<unit>y|my|m)(?P<shift>[+-]\d{1,2})?")


@dataclass(frozen=True)
class DemoArticle:
    """One article; `days_ago` and `time` say when it appeared, in Viet Nam."""

    title: str
    summary: str
    category: str
    byline: str
    source: str
    days_ago: int
    time: time
    featured: bool
    motif: str
    cover_alt: str
    body: str
    file_name: str
    # Of a notice: the days from its appearance to its deadline.
    deadline: int | None = None

    @property
    def kind(self) -> str:
        """What is told in the category of notices is one."""
        return "notice" if self.category == NOTICES else "article"

    def deadline_on(self, today: date) -> date | None:
        if self.deadline is None:
            return None
        return today - timedelta(days=self.days_ago) + timedelta(days=self.deadline)

    def published_at(self, today: date) -> datetime:
        """When the article appeared, for a demonstration loaded on `today`."""
        return datetime.combine(today - timedelta(days=self.days_ago), self.time, tzinfo=VIETNAM)


KEYS = [field.name for field in fields(DemoArticle) if field.name not in {"body", "file_name", "deadline"}]
NOT_NEEDED = ["deadline"]


def load_articles(today: date | None = None, directory: Path = DIRECTORY) -> list[DemoArticle]:
    """Every article in `directory`, newest first, dated as if loaded on `today`.

    `today` defaults to the current day in Viet Nam. Raises ValueError, naming
    the file and the line, when a front matter or a placeholder is malformed.
    """
    today = today or datetime.now(UTC).astimezone(VIETNAM).date()
    articles = [read_article(path, today) for path in sorted(directory.glob("*.html"))]
    return sorted(articles, key=lambda article: article.published_at(today), reverse=True)


def read_article(path: Path, today: date) -> DemoArticle:
    """The article in the file at `path`; see `load_articles`."""
    head, blank, body = path.read_text(encoding="utf-8").partition("\n\n")
    values: dict[str, str] = {}
    line_of: dict[str, int] = {}
    for number, line in enumerate(head.split("\n"), start=1):
        key, colon, value = line.partition(":")
        if not colon or not value.strip():
            raise malformed(path, number, f"expected 'key: value', found {line!r}")
        if key not in [*KEYS, *NOT_NEEDED]:
            raise malformed(path, number, f"unknown key {key!r}")
        if key in values:
            raise malformed(path, number, f"key {key!r} given twice")
        values[key], line_of[key] = value.strip(), number
    last = head.count("\n") + 1
    if missing := [key for key in KEYS if key not in values]:
        raise malformed(path, last, f"missing {', '.join(missing)}")
    if not blank or not body.strip():
        raise malformed(path, last, "no body after the front matter")
    if values["category"] not in CATEGORIES | SUBCATEGORIES:
        raise malformed(path, line_of["category"], f"unknown category {values['category']!r}")
    if values["featured"] not in {"yes", "no"}:
        raise malformed(path, line_of["featured"], "featured is 'yes' or 'no'")
    if not re.fullmatch(r"[0-9]{1,3}", values["days_ago"]):
        raise malformed(path, line_of["days_ago"], "days_ago is a whole number")
    if not re.fullmatch(r"[0-9]{0,3}", values.get("deadline", "")):
        raise malformed(path, line_of["deadline"], "deadline is a whole number of days")
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", values["time"]):
        raise malformed(path, line_of["time"], "time is HH:MM")

    days_ago = int(values["days_ago"])
    day = today - timedelta(days=days_ago)
    return DemoArticle(
        title=with_dates(values["title"], day, path, line_of["title"]),
        summary=with_dates(values["summary"], day, path, line_of["summary"]),
        category=values["category"],
        byline=values["byline"],
        source=values["source"],
        days_ago=days_ago,
        time=time.fromisoformat(values["time"]),
        featured=values["featured"] == "yes",
        motif=values["motif"],
        cover_alt=values["cover_alt"],
        body="\n".join(
            with_dates(line, day, path, number) for number, line in enumerate(body.strip().split("\n"), start=last + 2)
        ),
        file_name=path.name,
        deadline=int(values["deadline"]) if "deadline" in values else None,
    )


def with_dates(text: str, day: date, path: Path, line: int) -> str:
    """`text` with each placeholder replaced by a date relative to `day`."""

    def written(match: re.Match[str]) -> str:
        if found := DAY.fullmatch(match["text"]):
            pattern = "%d/%m" if found["short"] else "%d/%m/%Y"
            return (day + timedelta(days=int(found["days"]))).strftime(pattern)
        if found := MONTH_OR_YEAR.fullmatch(match["text"]):
            shift = int(found["shift"] or 0)
            if found["unit"] == "y":
                return str(day.year + shift)
            years, month = divmod(day.month - 1 + shift, 12)
            return str(month + 1 if found["unit"] == "m" else day.year + years)
        raise malformed(path, line, f"unknown placeholder {match[0]!r}")

    return PLACEHOLDER.sub(written, text)


def malformed(path: Path, line: int, problem: str) -> ValueError:
    """The error that says where a file is wrong."""
    return ValueError(f"{path.name}, line {line}: {problem}")
