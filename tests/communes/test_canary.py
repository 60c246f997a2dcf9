"""Two communes filled with words of their own: nobody who works for the one ever reads or changes the other.

Every address of the portal is asked, as the URLs list them, by every role, with the keys of both communes.
An address that is new is asked as well; one whose places nobody here can fill makes the test fail.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve
from django.utils import timezone

from accounts.models import User
from accounts.roles import create_roles
from alerts.models import Alert, Level
from communes.models import Commune, PolicyReport
from communes.work import FORM_FIELD
from home.models import Placement
from library.documents import store_document
from library.models import Document, Picture
from library.recordings.storing import add_recording
from menus.models import Agency, Banner, MenuItem, Service, SocialLink
from news.drafts import autosaves, revisions
from news.models import (
    Article,
    Attachment,
    Kind,
    MissingPage,
    NewsroomRules,
    OutsideLink,
    Redirect,
    SearchMiss,
    Status,
    Tag,
)
from news.models.sharing import ShareLink, digest_of, new_token
from news.public.search_words import count_words_of
from pages.models import Page
from polls.models import Comment, Poll
from procedures.models import Procedure
from schedules.models import WorkItem
from search.models import PromotedAnswer, Synonym
from section import sections
from tests.alerts.factories import make_alert
from tests.asking import Asker
from tests.communes.factories import join, make_commune, working
from tests.library.test_recordings import sound
from tests.news.factories import make_article, make_category, make_picture, picture_file
from tests.news.test_revisions import propose
from tests.offered import without_list_of_apps
from tests.offices.factories import make_office, make_person, make_post, make_village
from tests.pages.factories import make_page
from tests.polls.factories import Voter, make_poll
from tests.portal.test_nonsense import addresses, filled
from tests.procedures.factories import make_event, make_procedure
from tests.schedules.factories import (
    make_absence,
    make_exception,
    make_holiday,
    make_hours,
    make_one_stop,
    make_reception,
    make_week,
)
from trash.throwing import throw_away

pytestmark = pytest.mark.django_db

HERE, THERE = "sutuvang", "cahoixanh"
ROLES = ["citizen", "Phóng viên", "Biên tập viên", "Quản trị viên", "superuser"]
ROUTES = [*dict.fromkeys(addresses(get_resolver().url_patterns))]
# Of the deployment, not of a commune: the operator's own lists.
OPERATOR = re.compile(r"quan-tri/(communes/commune|auth/group|accounts/|upkeep)")


def sound_of(word: str) -> bytes:
    """A sound that no other commune has."""
    return sound(100 + len(word))


def people_of(commune: Commune, word: str) -> dict[str, User]:
    """One person of each role, all called `word`."""
    groups = create_roles()
    people = {}
    for role in ROLES[1:]:
        person = User.objects.create_user(
            f"{word}-{len(people)}", first_name=word, is_staff=True, is_superuser=role == "superuser"
        )
        join(person, groups.get(role) or Group.objects.get_or_create(name="Vận hành")[0], commune=commune)
        people[role] = working(person, commune)
    return people


def fill(commune: Commune, word: str) -> dict[str, Any]:
    """One of everything in `commune`, with `word` in every text; and the keys by which addresses name it."""
    people = people_of(commune, word)
    chief = people["superuser"]
    category = make_category(commune=commune, name=f"Mục {word}", slug=f"muc-{word}")
    picture = make_picture(commune=commune, alt=word, caption=word, credit=word)
    texts = {"title": f"Bài {word}", "summary": word, "body": f"<p>{word}</p>", "byline": word.title()}
    article = make_article(**texts, category=category, commune=commune, author=chief, cover=picture, cover_alt=word)
    draft = make_article(**texts, category=category, commune=commune, author=chief, status=Status.DRAFT)
    document = store_document(
        SimpleUploadedFile(f"{word}.pdf", b"%PDF-1.7 " + word.encode()), commune, chief, title=word
    )
    Attachment.objects.create(article=article, document=document, title=word)
    recording = add_recording(
        SimpleUploadedFile(f"{word}.mp3", sound_of(word)), commune, chief, title=word, transcript=word, poster=picture
    )
    top = make_page(
        f"Trang {word}", summary=word, body=f"<p>{word}</p>", commune=commune, author=chief, slug=f"trang-{word}"
    )
    page = make_page(f"Dưới {word}", parent=top, author=chief, slug="duoi", review_on=timezone.localdate())
    make_article(**texts, category=category, author=chief, kind=Kind.NOTICE, deadline_on=timezone.localdate())
    tag = Tag.objects.create(commune=commune, name=word, slug=word, is_story=True, lead=word)
    article.tags.add(tag)
    article.related.add(make_article(**texts, category=category, commune=commune, author=chief))
    propose(article, people["Phóng viên"], title=f"Đổi {word}")
    revisions.save_draft(draft, chief, draft.version)
    autosaves.keep(chief, draft, {"title": word, "body": f"<p>{word}</p>"}, draft.version)
    token = new_token()
    ShareLink.objects.create(
        article=article,
        digest=digest_of(token),
        recipient=word,
        created_by=chief,
        expires_at=timezone.now() + timedelta(days=7),
    )
    Redirect.objects.lead(commune, f"/cu-{word}/", article.get_absolute_url())
    MissingPage.objects.create(commune=commune, path=f"/mat-{word}/")
    SearchMiss.objects.create(commune=commune, query=word)
    PolicyReport.objects.create(
        commune=commune, day=timezone.localdate(), page=f"/{word}/", directive="img-src", blocked=f"{word}.example"
    )
    Placement.objects.create(commune=commune, key=word, position=1)
    Synonym.objects.create(commune=commune, words=f"{word}, nghĩa {word}")
    PromotedAnswer.objects.create(commune=commune, queries=word, title=f"Đáp {word}", address="/", sentence=word)
    count_words_of(commune)
    poll = make_poll(commune=commune, title=f"Hỏi {word}", choices=(f"Có {word}", f"Không {word}"))
    office = make_office(commune=commune, name=f"Phòng {word}", slug=f"phong-{word}", duties=word, address=word)
    person = make_person(f"Lê {word}", commune=commune, slug=f"nguoi-{word}", email=f"{word}@a.vn", picture=picture)
    post = make_post(person, office, name=f"Trưởng {word}", duties=word, is_leading=True)
    village = make_village(commune=commune, name=f"Thôn {word}", head=person, meeting_place=word)
    make_hours(make_one_stop(commune, name=f"Một cửa {word}", telephone=word), name=word, note=word)
    make_exception(commune=commune, reason=word)
    make_holiday(commune=commune, name=f"Lễ {word}")
    reception = make_reception(post, place=word, telephone=word, legal_ground=word)
    make_absence(reception, date(2026, 12, 8), deputy=post, reason=word)
    week = make_week(commune, note=word)
    WorkItem.objects.create(week=week, weekday=2, content=word, who=word, place=word, position=2)
    outside = f"https://{word}.example/"
    item = MenuItem.objects.create(commune=commune, title=f"Mục {word}", target="url:portal:site_map", position=1)
    MenuItem.objects.create(commune=commune, parent=item, title=word, address=outside, position=1)
    MenuItem.objects.create(commune=commune, menu="footer", title=word, address=outside, position=1)
    service = Service.objects.create(commune=commune, title=word, line=word, address=outside)
    banner = Banner.objects.create(commune=commune, picture=picture, alt=word, address=outside)
    agency = Agency.objects.create(commune=commune, title=word, heading=word, picture=picture, address=outside)
    social = SocialLink.objects.create(commune=commune, network="zalo", address=f"https://zalo.me/{word}")
    today = timezone.localdate()
    link = OutsideLink.objects.create(
        commune=commune,
        address=outside,
        title=word,
        form=f"/quan-tri/menus/agency/{agency.pk}/change/",
        problem="missing",
        failed_since=today - timedelta(days=1),
        failed_last=today,
        checked_at=timezone.now(),
    )
    host = commune.hosts.get(is_main=True).name
    voter = Voter(host=host)
    voter.open(poll)
    voter.send(poll, poll.choices.first())
    Comment.objects.create(ballot=poll.ballots.get(), text=word, created_at=timezone.now())
    alert = make_alert(
        commune=commune, level=Level.URGENT, headline=f"Báo {word}", text=word, area=word, link=f"/{word}/"
    )
    make_alert(commune=commune, headline=f"Nháp {word}", published_at=None, created_by=chief)
    NewsroomRules.objects.create(commune=commune)
    thrown = make_article(title=f"Bỏ {word}", category=category, author=chief, status=Status.DRAFT)
    trashed = throw_away(thrown, "news.article", chief, word)
    event = make_event(f"Việc {word}", commune=commune, slug=f"viec-{word}", description=word)
    texts = dict.fromkeys(("official_name", "field", "summary", "audience", "steps", "fee", "place", "result"), word)
    procedure = make_procedure((word,), commune=commune, title=f"Giấy {word}", life_event=event, **texts)
    return {
        "commune": commune,
        "people": people,
        "rows": {
            type(row): row
            for row in (
                *(article, category, picture, document, recording, tag, poll, office, person, post, village),
                *(item, service, banner, agency, social, link, alert, procedure, page, trashed),
            )
        },
        "keys": {
            "category_slug": category.slug,
            "token": token,
            "link": str(article.share_links.get().pk),
            "id": str(chief.pk),
        },
        "words": {
            "the/": word,
            "tac-gia/": word,
            "<slug:slug>/": category.slug,
            "danh-ba/": person.slug,
            "co-cau-to-chuc/": office.slug,
            "thu-tuc/<slug:slug>/": event.slug,
        },
        "slug": article.slug,
    }


FIXED = {"number": "1", "action": "submit", "width": "dien-thoai", "year": "2026", "month": "1", "kind": "csv"}
FIXED |= {
    "what": "days",
    "name": "x",
    "app_label": "news",
    "section": "bai-viet",
    "digits": "0b5394",
    "monday": "2026-W49",
}


# Whose rows the public addresses name that begin so; any others name articles.
PUBLIC = {"binh-chon": Poll, "canh-bao": Alert, "thu-tuc": Procedure}


def address_of(route: str, world: dict[str, Any]) -> str:
    """The address of `route` that names the rows of `world`."""
    models = {f"quan-tri/{model._meta.app_label}/{model._meta.model_name}/": model for model in admin.site._registry}
    model = next((model for start, model in models.items() if route.startswith(start)), Article)
    row = world["rows"].get(model)
    for start, kind in PUBLIC.items():
        if route.startswith(start):
            row = world["rows"][kind]
    if row is None:
        rows = model._base_manager.order_by("-pk")
        row = (
            rows.filter(commune=world["commune"]).first()
            if "commune" in {field.name for field in model._meta.get_fields()}
            else rows.first()
        )
    keys = (
        FIXED
        | world["keys"]
        | {"slug": next((w for s, w in world["words"].items() if route.startswith(s)), world["slug"])}
    )
    return filled(route, lambda name: keys.get(name) or str(row.pk if row else 1))


# The views that take files; their forms are sent as multipart.
WITH_FILES = frozenset().union(*(section.uploads for section in sections().values()))


def form_with_files(view: str, here: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    """What a form of `view` takes, with the files that the other commune stored and the keys of its rows."""
    rows, pdf = there["rows"], b"%PDF-1.7 " + THERE.encode()
    files = {"picture": ("a.png", picture_file()), "recording": ("a.mp3", sound_of(THERE))}
    files["redirect_import"] = ("a.csv", f"/cu-{THERE}/;/the/\n".encode())
    files["procedure_import"] = ("a.csv", f"Tên dễ hiểu,Thủ tục này là gì\nGiấy {THERE},x\n".encode())
    name, content = next((file for part, file in files.items() if part in view), ("a.pdf", pdf))
    sent = {field: SimpleUploadedFile(name, content) for field in ("upload", "uploads", "file")}
    sent |= {"cover_file": SimpleUploadedFile("a.png", picture_file())}
    sent |= {"attachments-0-upload": SimpleUploadedFile("a.pdf", pdf), "attachments-0-document": rows[Document].pk}
    sent |= {"attachments-TOTAL_FORMS": 1, "attachments-INITIAL_FORMS": 0}
    picture = rows[Picture].pk
    sent |= {"cover": picture, "pictures": picture, f"{picture}-alt": "đổi", "focal_x": 1, "focal_y": 1}
    sent |= {"category": rows[Article].category_id, "parent": rows[Page].pk, "alt": "đổi", "title": "đổi"}
    sent |= {"summary": "đổi", "body": "<p>đổi</p>", FORM_FIELD: here["commune"].pk}
    return sent if view.endswith("_add") else sent | {"poster": picture}  # a new sound needs none


# The operator's header offers every commune by its name.
SWITCH = re.compile(r'<form class="work-for".*?</form>', re.DOTALL)


def text_of(response: Any) -> str:
    """Whatever the answer says, its headers and the sheets of a workbook included."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return str(response.headers) + SWITCH.sub("", body.decode("utf-8", "replace"))


def client_of(world: dict[str, Any], role: str) -> Client:
    client = Asker(headers={"host": world["commune"].hosts.get(is_main=True).name}, raise_request_exception=False)
    if role != "citizen":
        client.force_login(world["people"][role], backend="communes.work.MembershipBackend")
    return client


def watch() -> None:
    """Let the database make its plan for `rows_of` once: a hundred statements planned a thousand times take minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'rows_of'")
        if cursor.fetchone():
            return
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'commune_id' ORDER BY 1")
        parts = [
            f"SELECT '{name}', md5(string_agg(t::text, chr(10) ORDER BY t::text)), count(*)"
            f' FROM "{name}" t WHERE commune_id = $1'
            for (name,) in cursor.fetchall()
        ]
        cursor.execute(f"PREPARE rows_of (bigint) AS {' UNION ALL '.join(parts)}")


def rows_of(commune: Commune) -> dict[str, Any]:
    """Everything stored of a commune, to see whether it was touched."""
    with connection.cursor() as cursor:
        cursor.execute("EXECUTE rows_of (%s)", [commune.pk])
        return {name: (digest, count) for name, digest, count in cursor.fetchall()}


@pytest.fixture
def worlds(settings) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    settings.FRAME_SECONDS = 600  # what is kept for one commune would show in the other
    with without_list_of_apps():
        yield (
            fill(make_commune("o-day.vn", name=f"Xã {HERE}", slug=HERE), HERE),
            fill(make_commune("o-kia.vn", name=f"Xã {THERE}", slug=THERE), THERE),
        )


def asked(client: Client, address: str, method: str = "GET", **data: Any) -> Any:
    """The answer; whatever it wrote is undone."""
    with transaction.atomic():
        response = client.generic(method, address) if method == "GET" else client.post(address, data)
        text_of_response = text_of(response)
        transaction.set_rollback(True)
    response.said = text_of_response
    return response


def every_address(role: str) -> Iterator[str]:
    for route in ROUTES:
        if role == "citizen" and route.startswith("quan-tri/"):
            continue
        if role == "superuser" and OPERATOR.match(route):
            continue
        yield route


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_those_of_the_own_commune(worlds, role):
    here, _there = worlds
    client = client_of(here, role)

    for end in ("", "duoi/"):
        assert HERE in asked(client, f"/trang-{HERE}/{end}").said
        response = asked(client, f"/trang-{THERE}/{end}")
        assert response.status_code == 404
        assert THERE not in response.said.replace(f"/trang-{THERE}/{end}", "")


@pytest.mark.parametrize("role", ROLES)
def test_no_address_says_a_word_of_the_other_commune(worlds, role):
    here, there = worlds
    client = client_of(here, role)
    found, shown = [], 0
    for route in every_address(role):
        for world in (here, there):
            address = address_of(route, world)
            response = asked(client, address)
            # What was asked for may be said again: take the address out.
            said = response.said.replace(address, "").replace(address.strip("/").split("/")[0], "")
            shown += HERE in said
            if response.status_code >= 500:
                found.append(f"{response.status_code} {address}")
            if THERE in said.replace(f"cu-{THERE}", "").replace(f"muc-{THERE}", "").replace(f"bai-{THERE}", ""):
                found.append(address)
    assert found == []
    assert shown > 20, "the words of the own commune are shown, so the test can see"


@pytest.mark.parametrize("role", ROLES[1:])
def test_no_form_changes_a_row_of_the_other_commune(worlds, role):
    here, there = worlds
    client = client_of(here, role)
    watch()
    before = rows_of(there["commune"])
    touched = []
    for route in every_address(role):
        address = address_of(route, there)
        key = re.search(r"/(\d+)/", address)
        for data in (
            {"post": "yes", "reason": "x", "notice": "x", "title": "đổi", "name": "đổi", "slug": "doi"},
            {"action": "delete_selected", "_selected_action": key[1] if key else "1", "post": "yes"},
        ):
            with transaction.atomic():
                client.post(address, data)
                if rows_of(there["commune"]) != before:
                    touched.append(address)
                transaction.set_rollback(True)
    assert touched == []


def test_no_form_with_files_changes_or_tells_a_row_of_the_other_commune(worlds):
    here, there = worlds
    watch()
    before = {name: rows_of(world["commune"]) for name, world in ((HERE, here), (THERE, there))}
    touched, told, stored = [], [], {}
    for role in ROLES[1:]:
        client, stored[role] = client_of(here, role), set()
        for route in every_address(role):
            address = address_of(route, there)
            view = resolve(address).view_name
            if view not in WITH_FILES:
                continue
            with transaction.atomic():
                answer = text_of(client.post(address, form_with_files(view, here, there)))
                if rows_of(there["commune"]) != before[THERE]:
                    touched.append((role, address))
                if rows_of(here["commune"]) != before[HERE]:
                    stored[role].add(view)
                if "import" not in view and THERE in answer:  # an import names the lines of the file
                    told.append((role, address))
                transaction.set_rollback(True)
    assert touched == told == []
    # What names no row of the other commune is taken, so the forms are such as a browser sends.
    anew = {view for view in WITH_FILES if not view.endswith("_change")} - {"admin:communes_commune_open"}
    assert stored["Quản trị viên"] == anew


@pytest.mark.parametrize(
    "query", ["/tim-kiem/?q={}", "/tim-kiem/?q={}&chuyen-muc=muc-{}", "/danh-ba/?tim={}", "/mat-{}/", "/cu-{}/"]
)
def test_words_and_old_addresses_of_the_other_find_nothing(worlds, query):
    here, _there = worlds
    client = client_of(here, "citizen")

    own = asked(client, query.format(HERE, HERE))
    foreign = asked(client, query.format(THERE, THERE))

    assert own.status_code in (200, 302, 301, 404)
    assert f"Bài {THERE}" not in foreign.said
    assert f"Xã {THERE}" not in foreign.said
    assert foreign.status_code in (200, 404)


@pytest.mark.parametrize("role", ROLES[1:])
def test_pickers_and_lists_offer_only_the_own_rows(worlds, role):
    here, _there = worlds
    client = client_of(here, role)
    for model in admin.site._registry:
        name = f"{model._meta.app_label}/{model._meta.model_name}"
        if role == "superuser" and OPERATOR.match(f"quan-tri/{name}"):
            continue
        for query in ("", f"?q={THERE}", "?all="):
            said = asked(client, f"/quan-tri/{name}/{query}").said
            # What was searched for stands in the field and in the links to sort and filter.
            rows = re.sub(rf'"[^"]*{THERE}[^"]*"', "", said) if query.startswith("?q") else said
            assert THERE not in rows, (name, query)


def test_mails_of_one_commune_go_to_its_people_and_lead_to_its_host(worlds):
    _here, _there = worlds

    for message in mail.outbox:
        text = message.subject + message.body
        assert not (HERE in text and THERE in text)
        if HERE in text:
            assert "o-kia.vn" not in text
