"""Data to measure on: as many articles as asked for, made by the database itself."""

from __future__ import annotations

import time
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from news.models import Article, Category, Status

CATEGORY_COUNT = 8
PORTION = 50_000
AUTHOR = "do-tai"
# Words of generated titles and bodies. One in a thousand articles has the rare word.
COMMON = "nông thôn mới"
RARE = "châu chấu"
ABSENT = "xyzzyq"
PARAGRAPH = (
    "<p>Ủy ban nhân dân xã phối hợp với các thôn tổ chức ra quân chỉnh trang đường làng, ngõ xóm, "
    "trồng thêm cây xanh và vận động các hộ dân phân loại rác tại nguồn trong tháng này.</p>"
)


def ensure_articles(count: int) -> Article:
    """Bring the number of articles to `count`; returns one in the middle of the archive.

    One article is made by the model, so that every rule of the model holds for its copies; the
    copies differ in title, address, category and time (one every five minutes back from now).
    """
    categories = [
        Category.objects.get_or_create(slug=f"muc-{n}", defaults={"name": f"Mục {n}", "position": n})[0]
        for n in range(1, CATEGORY_COUNT + 1)
    ]
    author, _ = get_user_model().objects.get_or_create(
        username=AUTHOR, defaults={"is_staff": True, "is_superuser": True}
    )
    existing = Article.objects.count()
    if existing < count:
        template = Article.objects.first() or Article.objects.create(
            title=f"Bài đo tải về {COMMON} tại xã",
            summary="Một đoạn tóm tắt có độ dài như bài thật, nêu việc gì, ở đâu, ai làm và kết quả ra sao.",
            body=PARAGRAPH * 4,
            category=categories[0],
            author=author,
            status=Status.PUBLISHED,
            published_at=timezone.now() - timedelta(minutes=5),
        )
        _copy(template, [category.pk for category in categories], existing or 1, count)
    return Article.objects.published().latest_first()[Article.objects.count() // 2]


def staff_cookie() -> str:
    """A cookie header that is signed in as the generated author."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    user = get_user_model().objects.get(username=AUTHOR)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


def bare_sql_per_second(pk: int, seconds: float = 2.0) -> float:
    """Articles a second that one connection reads by their key: the floor under every cold page."""
    with connection.cursor() as cursor:
        count, started = 0, time.monotonic()
        while time.monotonic() - started < seconds:
            cursor.execute("SELECT title, summary, body FROM news_article WHERE id = %s", [pk])
            cursor.fetchone()
            count += 1
        return count / (time.monotonic() - started)


def _copy(template: Article, categories: list[int], start: int, count: int) -> None:
    changes = {
        "title": f"'Bài đo tải số ' || n || CASE WHEN n %% 1000 = 0 THEN ' về {RARE}' ELSE ' về {COMMON}' END",
        "slug": "'bai-do-tai-so-' || n",
        "published_at": "published_at - n * interval '5 minutes'",
        "category_id": f"(ARRAY[{', '.join(map(str, categories))}])[1 + n %% {len(categories)}]",
        "is_featured": "n %% 500 = 0",
    }
    columns = [
        field.column
        for field in Article._meta.concrete_fields
        if not field.primary_key and not getattr(field, "generated", False)
    ]
    values = [changes.get(column, f'"{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        # In portions, so that an interrupted run goes on where it stopped.
        for first in range(start + 1, count + 1, PORTION):
            cursor.execute(
                f"INSERT INTO news_article ({names}) SELECT {', '.join(values)} "
                "FROM news_article CROSS JOIN generate_series(%s, %s) AS n WHERE id = %s",
                [first, min(first + PORTION - 1, count), template.pk],
            )
        cursor.execute("VACUUM ANALYZE news_article")
