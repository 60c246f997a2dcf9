"""Data to measure on: as many rows as asked for, made by the database itself."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.indexes import GinIndex
from django.db import connection
from django.utils import timezone

from communes.models import Commune
from news.models import Article, Category, Status, Tag
from news.public.search_words import count_words_of

CATEGORY_COUNT = 8
PORTION = 50_000
AUTHOR = "do-tai"
# Words of generated titles: nearly every article has the common ones, one in fifty the middling,
# one in a thousand the rare.
COMMON = "nông thôn mới"
MIDDLING = "giao thông"
RARE = "châu chấu"
ABSENT = "xyzzyq"
# Tags by their address, and one in how many articles has it.
TAGS = {"xay-dung-xa": 10, "mua-mang": 1000}
BYLINES = 20
FEATURED = 20
PARAGRAPH = (
    "<p>Ủy ban nhân dân xã phối hợp với các thôn tổ chức ra quân chỉnh trang đường làng, ngõ xóm, "
    "trồng thêm cây xanh và vận động các hộ dân phân loại rác tại nguồn trong tháng này.</p>"
)


def first_commune() -> Commune:
    """The commune whose portal is measured."""
    return Commune.objects.order_by("pk")[0]


def ensure_articles(count: int) -> Article:
    """Bring the number of articles to `count`, leave nothing to be tidied up in the background; returns
    one in the middle of the archive.
    """
    commune = first_commune()
    articles = Article.objects.of(commune)
    if articles.count() < count:
        add_articles(count)
    _settle()
    return articles.published().latest_first()[count // 2]


def add_articles(count: int, paragraphs: int = 4) -> None:
    """Copy one article until there are `count`.

    One article is made by the model, so that every rule of the model holds for its copies; the
    copies differ in title, address, category, byline, tags and time (one every five minutes back from
    now). An interrupted run goes on where it stopped.
    """
    commune = first_commune()
    categories = [
        Category.objects.get_or_create(commune=commune, slug=f"muc-{n}", defaults={"name": f"Mục {n}", "position": n})[
            0
        ]
        for n in range(1, CATEGORY_COUNT + 1)
    ]
    author, _ = get_user_model().objects.get_or_create(
        username=AUTHOR, defaults={"is_staff": True, "is_superuser": True}
    )
    template = Article.objects.of(commune).order_by("pk").first() or Article.objects.create(
        commune=commune,
        title=f"Bài đo tải về {COMMON} tại xã",
        summary="Một đoạn tóm tắt có độ dài như bài thật, nêu việc gì, ở đâu, ai làm và kết quả ra sao.",
        body=PARAGRAPH * paragraphs,
        category=categories[0],
        author=author,
        status=Status.PUBLISHED,
        published_at=timezone.now() - timedelta(minutes=5),
    )
    with _indexes_of_words_later():
        _copy(template, [category.pk for category in categories], Article.objects.of(commune).count(), count)
    _attach_tags(commune)
    _add_pages(commune, author)
    count_words_of(commune)


def _add_pages(commune: Commune, author: Any) -> None:
    """A tree of pages as large communes have it: sixteen sections of four, with as many below each."""
    from pages.models import Page

    if Page.objects.of(commune).exists():
        return

    def page(name: str, parent: Page | None) -> Page:
        words = {
            "title": f"Trang {name}",
            "summary": "Một câu tóm tắt của trang này.",
            "body": PARAGRAPH,
            "slug": f"trang-{name}",
        }
        state = {"status": Status.PUBLISHED, "published_at": timezone.now() - timedelta(days=1)}
        return Page.objects.create(commune=commune, author=author, parent=parent, **words, **state)

    for section in range(1, 17):
        top = page(f"{section}", None)
        for number in range(1, 5):
            below = page(f"{number}", top)
            page("nho", below)


# Of a province, at most, voters of a commune, and days on which offices had other hours.
PEOPLE = 10_000


def add_rows_beside(articles: int) -> None:
    """Rows of every feature but news, as many as go with so many articles; nothing where they are there already."""
    from alerts.models import Alert

    if Alert.objects.of(first_commune()).exists():
        return
    add_ballots(min(articles // 2, PEOPLE))
    add_visits(800)
    add_alerts(articles)
    add_procedures(400)
    add_people(min(articles // 2, PEOPLE))
    add_schedules(min(articles // 2, PEOPLE))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def add_ballots(count: int) -> None:
    """A poll of the first commune that is over, with `count` ballots, and the one on every page, with a hundredth."""
    from communes.models import Commune
    from polls.models import Choice, Poll, Question

    now = timezone.now()
    over = {"opens_at": now - timedelta(days=60), "closes_at": now - timedelta(days=30)}
    for title, people, changes in (("Đã đóng", count, over), ("Đang mở", count // 100, {"is_portal": True})):
        poll = Poll.objects.create(commune=Commune.objects.earliest("pk"), title=title, **changes)
        question = Question.objects.create(poll=poll)
        choice = Choice.objects.create(poll=poll, label="Hài lòng", position=1)
        Choice.objects.create(poll=poll, label="Không hài lòng", position=2)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO polls_ballot (poll_id, voter_hash, net_hash, status, doubt, created_at)"
                " SELECT %s, decode(lpad(to_hex(n), 32, '0'), 'hex'), decode(lpad(to_hex(n), 32, '0'), 'hex'),"
                " 'counted', '', %s + n * interval '1 second' FROM generate_series(1, %s) AS n",
                [poll.pk, poll.opens_at, people],
            )
            cursor.execute(
                "INSERT INTO polls_selection (poll_id, ballot_id, question_id, choice_id, slot)"
                " SELECT poll_id, id, %s, %s, 1 FROM polls_ballot WHERE poll_id = %s",
                [question.pk, choice.pk, poll.pk],
            )


def add_visits(days: int, commune: Commune | None = None) -> None:
    """Numbers of the last `days` of a commune (the one that is measured): thirty shares and hours of pages a day, a sample every minute."""
    from visitors.upkeep import close_months

    days_back = "FROM generate_series(1, %s) AS d"
    shares = f"{days_back} CROSS JOIN generate_series(1, 30) AS v"
    samples = "array_fill(30, ARRAY[1440]), array_fill(1, ARRAY[1440]), '{}'"
    rows = {
        "day (day, visitors, visits, views, closed_at": f"current_date - d, 300, 400, 900, now(), %s {days_back}",
        "dayshare (day, dimension, value, total": f"current_date - d, 1, 'article:' || v, 30, %s {shares}",
        "pagehour (hour_at, page, views": f"current_date - d + time '09:00', 'article:' || v, 30, %s {shares}",
        "minutesamples (day, online, staff, struck": f"current_date - d, {samples}, %s {days_back}",
    }
    commune = commune or first_commune()
    with connection.cursor() as cursor:
        for table, values in rows.items():
            cursor.execute(f"INSERT INTO visitors_{table}, commune_id) SELECT {values}", [commune.pk, days])
    close_months(time.time())


def add_alerts(count: int) -> None:
    """Alerts of the measured commune, one an hour back from now, each for an hour: all but one are over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alerts_alert"
            " (commune_id, level, headline, text, area, link, version, starts_at, ends_at, published_at, updated_at)"
            " SELECT %s, 1 + n %% 3, 'Nước lên ' || n, '', '', '', 1, now() - (n + 1) * interval '1 hour',"
            " now() - (n - 1) * interval '1 hour', now() - (n + 1) * interval '1 hour', now()"
            " FROM generate_series(0, %s - 1) AS n",
            [first_commune().pk, count],
        )


def add_procedures(count: int) -> None:
    """Procedures of the measured commune under eight life events, each with two papers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procedures_lifeevent (commune_id, name, slug, description, position)"
            " SELECT %s, 'Việc ' || n, 'viec-' || n || 'x', '', n FROM generate_series(1, 8) AS n",
            [first_commune().pk],
        )
        cursor.execute(
            "INSERT INTO procedures_procedure (commune_id, title, slug, life_event_id, position, official_name, code,"
            " field, summary, audience, steps, duration, fee, place, result, legal_grounds, state, updated_at)"
            " SELECT e.commune_id, 'Khai sinh ' || n, 'khai-sinh-' || n, e.id, n, '', '1.' || lpad(n::text, 6, '0'),"
            " 'Hộ tịch', repeat('Ghi vào sổ. ', 20), '', '', '', '', '', '', '', 'published', now()"
            " FROM generate_series(1, %s) AS n JOIN procedures_lifeevent AS e ON e.position = 1 + n %% 8",
            [count],
        )
        cursor.execute(
            "INSERT INTO procedures_procedurepaper (procedure_id, name, kind, count, note, link, position)"
            " SELECT p.id, 'Tờ khai ' || n, 'original', 1, '', '', n"
            " FROM procedures_procedure AS p, generate_series(1, 2) AS n"
        )


def add_people(count: int) -> None:
    """People with a post and a village each: `count` in another commune, which stands for a province, 60 in the first."""
    from offices.models import Office, Person

    other, _ = Commune.objects.get_or_create(slug="xa-khac", defaults={"name": "Xã Khác"})
    for commune, people in ((first_commune(), 60), (other, count)):
        office = Office.objects.create(
            commune=commune, name="Ủy ban nhân dân xã", slug="ubnd", telephone="0000 000 100"
        )
        first = Person.objects.create(commune=commune, family_name="Lê Văn", given_name="An", slug="le-van-an")
        numbers = "generate_series(1, %s) AS n"
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO offices_office (commune_id, name, slug, kind, parent_id, duties, address, telephone, email,"
                " position, is_one_stop, is_shown) SELECT commune_id, 'Phòng ' || n, 'phong-' || n, kind, id, '', '',"
                f" telephone, '', 0, false, true FROM offices_office, {numbers} WHERE id = %s",
                [people // 4, office.pk],
            )
            cursor.execute(
                "INSERT INTO offices_person (commune_id, family_name, given_name, slug, telephone, email, is_shown, sorting)"
                " SELECT commune_id, family_name, 'Bình ' || n, 'binh-' || n, '0000 000 101', '', true, sorting || n"
                f" FROM offices_person, {numbers} WHERE id = %s",
                [people - 1, first.pk],
            )
            cursor.execute(
                "INSERT INTO offices_post (commune_id, person_id, office_id, name, duties, position, is_leading, is_sole)"
                " SELECT commune_id, id, %s, 'Chuyên viên', '', 0, id %% 5 = 0, false FROM offices_person"
                " WHERE commune_id = %s",
                [office.pk, commune.pk],
            )
            cursor.execute(
                "INSERT INTO offices_village (commune_id, name, kind, head_id, telephone, meeting_place, position, is_shown)"
                " SELECT commune_id, 'Thôn ' || id, 'thon', id, '', '', 0, true FROM offices_person WHERE commune_id = %s",
                [commune.pk],
            )


def add_schedules(count: int) -> None:
    """`count` weeks of work, days off and other hours in another commune, 100 in the first; needs `add_people`."""
    from offices.models import Office, Post

    for commune, rows in ((first_commune(), 100), (Commune.objects.get(slug="xa-khac"), count)):
        office = Office.objects.of(commune).order_by("pk")[0]
        post = Post.objects.of(commune).order_by("pk")[0]
        # Of days far back, so that no two meet; the newest is last week.
        numbers = f"generate_series(1, {rows}) AS n"
        days = "'{07:30,11:30,13:30,17:00}', '{07:30,11:30}'"
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO schedules_openinghours (commune_id, office_id, name, note, monday, tuesday, wednesday,"
                " thursday, friday, saturday, sunday)"
                f" SELECT commune_id, id, '', '', {days}, {days}, '{{}}', '{{}}', '{{}}' FROM offices_office"
                " WHERE commune_id = %s",
                [commune.pk],
            )
            cursor.execute(
                "INSERT INTO schedules_hoursexception (commune_id, office_id, begins_on, ends_on, hours, reason)"
                f" SELECT %s, %s, current_date - n * 2, current_date - n * 2, '{{}}', 'mất điện' FROM {numbers}",
                [commune.pk, office.pk],
            )
            cursor.execute(
                "INSERT INTO schedules_holiday (commune_id, name, begins_on, ends_on)"
                f" SELECT %s, 'Ngày nghỉ', current_date - n * 2, current_date - n * 2 FROM {numbers}",
                [commune.pk],
            )
            cursor.execute(
                "INSERT INTO schedules_reception (commune_id, post_id, rhythm, weekday, hours, place, telephone, legal_ground)"
                " VALUES (%s, %s, 'weekly', 1, '{07:30,11:30}', 'Phòng 1', '', '')",
                [commune.pk, post.pk],
            )
            cursor.execute(
                "INSERT INTO schedules_workweek (commune_id, monday, status, published_at, note)"
                " SELECT %s, date_trunc('week', current_date)::date - n * 7, 'published', now(), ''"
                f" FROM generate_series(1, {min(rows, 2_000)}) AS n",
                [commune.pk],
            )
            cursor.execute(
                "INSERT INTO schedules_workitem (week_id, weekday, session, hours, content, who, place, position)"
                " SELECT id, n %% 6, 'morning', '', 'Họp', '', '', n FROM schedules_workweek,"
                " generate_series(1, 12) AS n WHERE commune_id = %s",
                [commune.pk],
            )


def staff_cookie() -> str:
    """A cookie header that is signed in as the generated author."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.access import sessions

    user = get_user_model().objects.get(username=AUTHOR)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "communes.work.MembershipBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[sessions.BEGAN] = session[sessions.SEEN] = time.time()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def bare_sql(pk: int, seconds: float) -> list[float]:
    """Seconds that each of the reads of one article by its key took, on one connection, in `seconds`.

    The floor under every page that is not in memory.
    """
    taken: list[float] = []
    with connection.cursor() as cursor:
        end = time.perf_counter() + seconds
        while (started := time.perf_counter()) < end:
            cursor.execute("SELECT title, summary, body FROM news_article WHERE id = %s", [pk])
            cursor.fetchone()
            taken.append(time.perf_counter() - started)
    return taken


@contextlib.contextmanager
def _indexes_of_words_later() -> Iterator[None]:
    """Build the indexes of words once over all rows: many times faster than row by row."""
    indexes = [index for index in Article._meta.indexes if isinstance(index, GinIndex)]
    with connection.cursor() as cursor:
        for index in indexes:
            cursor.execute(f"DROP INDEX IF EXISTS {index.name}")
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(Article, index)


def _copy(template: Article, categories: list[int], start: int, count: int) -> None:
    subject = f"CASE WHEN n %% 1000 = 0 THEN '{RARE}' WHEN n %% 50 = 7 THEN '{MIDDLING}' ELSE '{COMMON}' END"
    changes = {
        "title": f"'Bài đo tải số ' || n || ' về ' || {subject}",
        "slug": "'bai-do-tai-so-' || n",
        "published_at": "published_at - n * interval '5 minutes'",
        "category_id": f"(ARRAY[{', '.join(map(str, categories))}])[1 + n %% {len(categories)}]",
        "byline": f"'Người viết ' || n %% {BYLINES}",
        "is_featured": f"n <= {FEATURED}",
        # Every hundredth is a notice, half of them with a deadline, most of which have passed.
        "kind": "CASE WHEN n %% 100 = 0 THEN 'notice' ELSE 'article' END",
        "deadline_on": "CASE WHEN n %% 200 = 0 THEN (published_at - n * interval '5 minutes')::date + 30 END",
    }
    columns = [
        field.column
        for field in Article._meta.concrete_fields
        if not field.primary_key and not getattr(field, "generated", False)
    ]
    values = [changes.get(column, f'"{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        for first in range(start + 1, count + 1, PORTION):
            cursor.execute(
                f"INSERT INTO news_article ({names}) SELECT {', '.join(values)} "
                "FROM news_article CROSS JOIN generate_series(%s, %s) AS n WHERE id = %s",
                [first, min(first + PORTION - 1, count), template.pk],
            )


def _attach_tags(commune: Commune) -> None:
    """Give every article of `commune` the tags of its number, and none a second time."""
    through = Article.tags.through._meta.db_table
    with connection.cursor() as cursor:
        for slug, every in TAGS.items():
            tag, _ = Tag.objects.get_or_create(commune=commune, slug=slug, defaults={"name": slug.replace("-", " ")})
            cursor.execute(
                f"INSERT INTO {through} (article_id, tag_id) SELECT id, %s FROM news_article"
                " WHERE commune_id = %s AND id %% %s = 0"
                " ON CONFLICT DO NOTHING",
                [tag.pk, commune.pk, every],
            )


def _settle() -> None:
    """Leave nothing for the background: no dead rows, fresh statistics, everything on disk."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
