"""One rule for text at every field, and outputs that hold whatever is stored."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import os
import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.models import User
from communes.models import SiteIdentity
from library.models import Document
from news.models import (
    Attachment,
    Category,
    Link,
    MissingPage,
    Redirect,
    Revision,
    RevisionState,
    SearchMiss,
    ShareLink,
    Tag,
    Transition,
    digest_of,
)
from news.models.transition import Action
from news.newsroom.steps import notices
from polls.auditing.judging import judge
from polls.models import Ballot, Comment, Event, NetworkAllowance, Poll
from portal.sections import FEATURES
from richtext import RichTextField
from tests.communes.factories import first_commune, working
from tests.news.factories import make_article, make_category, make_picture
from tests.polls.factories import Voter, make_poll
from textfields import LineField, LineFormField, MultilineField, NormalisedField, UrlField, normalise_stored
from upkeep import outbox
from upkeep.models import Letter
from vietnamese import one_line, paragraphs, xml_text
from visitors.models import Carryover, DayShare, Dimension

APPS = (*FEATURES, "communes", "accounts", "upkeep")
# Django's own column for the hash of a password.
NO_TEXT = {"accounts.User.password"}
# Columns in which nobody types.
UNTYPED = {
    "news.OutsideLink.form",  # the address of a form of the admin, written by the nightly check
    *("menus.MenuItem.target", "menus.Service.target", "menus.Banner.target"),  # a page, chosen from a list
    "offices.Person.sorting",  # made of the name
    "search.Term.word",  # taken from texts that were normalised
    # Codes of what was typed, and networks: the portal writes them.
    *("accounts.FailureCount.kind", "accounts.FailureCount.name", "accounts.FailureCount.place"),
    "accounts.KnownNetwork.network",
    "accounts.OneTimeLink.digest",  # of a secret
}
# Fields of forms with a rule of their own: Django normalises names of accounts in a form of its own, and the column
# does the rest; the browser writes what a passkey says; of a table that was pasted each cell is normalised, since an empty first cell is a tab.
OWN_RULE = (".username", ".login", ".WorkWeekForm.pasted", ".PasskeyForm.credential")
# What the portal itself writes and finds its rows by.
DIGESTS = {
    "news.Article.path",  # of a page, made of the addresses above it; the database holds it empty in an article
    *("news.ShareLink.digest", "library.Picture.digest", "library.Document.digest"),
    *("polls.Ballot.tag", "polls.Event.code", "polls.Poll.uncoded_hash", "visitors.Strike.network"),
}
# Forms hold these as they were typed: a space belongs to a password.
SECRET = (forms.PasswordInput,)


def models_of_the_portal() -> Iterable[type[models.Model]]:
    return (model for model in apps.get_models() if model._meta.app_label in APPS)


def is_text(field: models.Field) -> bool:
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def test_every_text_column_follows_the_rule():
    strangers = {
        str(field)
        for model in models_of_the_portal()
        for field in model._meta.concrete_fields
        if is_text(field) and not isinstance(field, NormalisedField | RichTextField) and not field.generated
    }

    assert strangers == NO_TEXT | UNTYPED


def subclasses(form: type) -> set[type]:
    return {form}.union(*(subclasses(child) for child in form.__subclasses__()))


def without_rule(form: type[forms.BaseForm]) -> list[str]:
    return [
        f"{form.__module__}.{form.__name__}.{name}"
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField)
        and not isinstance(field, LineFormField)
        and not isinstance(field.widget, SECRET)
        and column_of(form, name) not in UNTYPED
    ]


def column_of(form: type[forms.BaseForm], name: str) -> str:
    """The column that a field of a form fills, or nothing."""
    columns = form._meta.model._meta.concrete_fields if issubclass(form, forms.ModelForm) and form._meta.model else ()
    return next((str(column) for column in columns if column.name == name), "")


def test_every_text_field_of_a_form_follows_the_rule(admin_user):
    request = RequestFactory().get("/")
    request.user, request.commune = admin_user, first_commune()
    written = [form for form in subclasses(forms.BaseForm) if form.__module__.split(".")[0] in APPS]
    offered = [
        site.get_form(request, change=change) for site in admin.site._registry.values() for change in (False, True)
    ]

    found = {name for form in [*written, *offered] for name in without_rule(form) if not name.endswith(OWN_RULE)}

    assert len(written) > 10
    assert found == set()


def test_the_tests_see_a_field_without_the_rule():
    class Plain(forms.Form):
        word = forms.CharField()

    assert len(without_rule(Plain)) == 1


def test_what_is_measured_and_required_is_what_is_stored():
    field = LineField(max_length=3)

    assert field.clean(" e\u0302\u0301 \r\n o\u031b", None) == "ế ơ"
    with pytest.raises(ValidationError):
        field.clean("\u200b\u00ad", None)
    assert MultilineField(max_length=3).formfield().clean("a\r\nb") == "a\nb"


@pytest.mark.parametrize("typed", ["\ufeffhttps://ban-do.example/1 ", "\u200bban-do.example/1", "ban-do.example/1"])
def test_an_address_is_normalised_before_its_scheme_is_looked_for(typed):
    assert UrlField().formfield().clean(typed) == "https://ban-do.example/1"


@pytest.mark.django_db
def test_rows_written_without_a_form_are_normalised_too():
    category = Category(commune=first_commune(), name="Tin\u000btức ", slug="tin")
    category.save()
    Category.objects.bulk_create([Category(commune=first_commune(), name="\ufeffVa\u0306n", slug="van")])
    Category.objects.everywhere().filter(slug="van").update(description="a\x00b")

    assert category.name == "Tin tức"
    assert list(Category.objects.everywhere().order_by("slug").values_list("name", "description")) == [
        ("Tin tức", ""),
        ("Văn", "a b"),
    ]


@pytest.mark.django_db
def test_what_was_stored_before_is_brought_into_the_form():
    for number, name in enumerate(["Lúa", "Lu\u0301a", "\u200b", "La\u000b"]):
        tag = Tag.objects.create(commune=first_commune(), name=f"tam{number}", slug=f"tam-{number}")
        written_past_the_field(tag, {"name": name})

    normalise_stored(Tag, {"name": one_line, "lead": paragraphs})

    # The second has the name of the first: two tags must not become one by themselves.
    last = Tag.objects.everywhere().get(slug="tam-2")
    assert set(Tag.objects.everywhere().values_list("name", flat=True)) == {"Lúa", "Lu\u0301a", f"#{last.pk}", "La"}


# --- Arbitrary text in, well-formed outputs out -------------------------------------------------

SPECIAL = ["\x00", "\x0b", "\x1f", "\r\n", "\u2028", "\ufffe", "\ud800", "\u200b", "\u0301", "\u00ad", "\u3164"]
SPECIAL += ["<", "]]>", "&", '"', "=1+1", "\t", "{{", "%", "</script>", "\U0001f469\u200d\U0001f33e", "ế", "/", ";"]
arbitrary = st.lists(st.one_of(st.text(st.characters(exclude_categories=())), st.sampled_from(SPECIAL))).map("".join)


def make_world() -> list[models.Model]:
    """A row of everything that holds text."""
    picture = make_picture(caption="Toàn cảnh", credit="Ảnh: Hà", tags="hội trường")
    category = make_category(description="Mô tả")
    article = make_article(
        category=category, byline="Thu Hà", source="UBND xã", cover=picture, cover_alt="Hội trường", cover_credit="Hà"
    )
    withdrawn = make_article(category=category, status="withdrawn", published_at=timezone.now())
    tag = Tag.objects.create(
        commune=first_commune(), name="Lúa", slug="lua", is_story=True, lead="Đến nay", description="Mô tả"
    )
    article.tags.add(tag)
    document = Document.objects.create(
        commune=first_commune(), file="tep/a.pdf", title="Quyết định", size=9, digest="d" * 64
    )
    poll = make_poll(takes_comments=True, questions=("Giao diện", "Nội dung"))
    voter = Voter()
    voter.vote(poll, (poll.questions.first(), poll.choices.first()))
    other = make_poll(title="Chưa ai bỏ phiếu")
    identity = SiteIdentity(
        commune=first_commune(), agency="UBND", responsible_editor="Hà", email="a@example.vn", phone="1", address="Xã"
    )
    identity.save()
    return [
        picture,
        category,
        article,
        withdrawn,
        tag,
        document,
        Attachment.objects.create(article=article, document=document, title="Tệp"),
        Revision.objects.create(
            article=article,
            number=1,
            content={"title": "Cũ"},
            state=RevisionState.APPROVED,
            is_major=True,
            note="Sửa",
            approved_at=timezone.now(),
        ),
        Transition.objects.create(article=article, action=Action.PUBLISH, reason="Được"),
        ShareLink.objects.create(
            article=article,
            recipient="ông Khải",
            digest=digest_of("token"),
            expires_at=timezone.now() + timezone.timedelta(days=1),
            created_by=article.author,
        ),
        Redirect.objects.create(commune=first_commune(), old_path="/cu/", new_path="/moi/"),
        MissingPage.objects.create(commune=first_commune(), path="/mat/", referrer="https://example.vn/"),
        SearchMiss.objects.create(commune=first_commune(), query="lúa"),
        Link.objects.create(article=article, address="/x/", is_own=True),
        Comment.objects.create(
            ballot=Ballot.objects.get(), text="Tốt", reply="Cảm ơn", status="published", created_at=timezone.now()
        ),
        other,
        *other.questions.all(),
        *other.choices.all()[:1],
        NetworkAllowance.objects.create(commune=first_commune(), network="203.0.113.7/32", label="Trường học"),
        identity,
        article.author,
        Carryover.objects.create(
            commune=first_commune(), visits=1, until=date(2025, 1, 1), origin="Cổng cũ", entered_by="lan"
        ),
    ]


def text_columns(row: models.Model) -> list[models.Field]:
    return [
        field
        for field in row._meta.concrete_fields
        if is_text(field) and not field.generated and str(field) not in NO_TEXT | DIGESTS
    ]


def write(world: list[models.Model], text: str) -> None:
    """Put `text` into every column that takes it; what is refused keeps its former value."""
    for row in world:
        if row._meta.model in {Carryover}:
            continue  # the database refuses any change
        former = {field.attname: getattr(row, field.attname) for field in text_columns(row)}
        for name in former:
            setattr(row, name, text)
        for _attempt in range(3):
            try:
                row.full_clean()
            except ValidationError as error:
                wrong = [name for name in former if name in error.error_dict] or list(former)
                for name in wrong:
                    setattr(row, name, former[name])
            else:
                break
        row.save()
    voided = Ballot.objects.values_list("pk", flat=True)
    try:
        officer = working(world[0].uploaded_by or User.objects.first())
        judge(list(voided), Event.Kind.VOID, officer, text, timezone.now())
    except ValidationError:
        pass
    else:
        Ballot.objects.update(status="counted")
    DayShare.objects.everywhere().delete()
    DayShare.objects.bulk_create(
        DayShare(commune=first_commune(), day=timezone.localdate(), dimension=dimension, value=text[:200], total=3)
        for dimension in (Dimension.PAGE, Dimension.REFERRER, Dimension.BOT)
    )


def written_past_the_field(row: models.Model, values: dict[str, str]) -> None:
    """As another program would write into the table."""
    names = ", ".join(f'"{name}" = %s' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET {names} WHERE "{row._meta.pk.column}" = %s', [*values.values(), row.pk]
        )


def read(client: Client, staff: Client, world: list[models.Model]) -> None:
    """Ask for everything that the portal says to machines and people; every answer is well-formed."""
    category, article, withdrawn, tag = world[1:5]
    for row in (article, withdrawn):
        row.refresh_from_db()
    tag.refresh_from_db()
    category.refresh_from_db()
    poll = Poll.objects.everywhere().order_by("pk").first().pk
    section = f"/{category.slug}/"
    article.category = withdrawn.category = category
    address = article.get_absolute_url()
    for path in ("/rss/", "/atom/", f"{section}rss/", f"{section}atom/", "/sitemap.xml", "/sitemap-tin-tuc.xml"):
        read_xml(client, path)
    for name in ("bai-viet", "chuyen-muc", "the", "tac-gia"):
        read_xml(client, f"/sitemap-{name}.xml")
    read_xml(client, f"{address}ma-qr.svg")
    for path in ("/thong-ke-truy-cap/so-lieu.json", f"/binh-chon/{poll}/ket-qua.json"):
        json.loads(answer(client, path))
    answer(client, "/robots.txt").decode()
    for path in ("/", section, address, f"{address}luu/", f"/the/{tag.slug}/", f"/binh-chon/{poll}/ket-qua/"):
        read_html(client, path)
    for path in ("/binh-chon/", f"/binh-chon/{poll}/", "/so-do-trang/", "/chia-se/token/", "/thong-ke-truy-cap/"):
        read_html(client, path)
    read_html(client, withdrawn.get_absolute_url(), 410)
    reports = reverse("admin:news_article_reports")
    for kind in ("csv", "xlsx"):
        read_table(client, f"/binh-chon/{poll}/ket-qua.{kind}", kind)
        read_table(staff, reverse("admin:polls_poll_ballots", args=[poll, kind]), kind)
        for number in range(3):
            read_table(staff, f"{reports}?tep={kind}&bang={number}", kind)
        for what in ("pages", "referrers", "bots"):
            read_table(staff, reverse("admin:visitors_export", args=[what, kind]), kind)
    read_mail(article)


def answer(client: Client, path: str, status: int = 200) -> bytes:
    response = client.get(path)
    assert response.status_code == status, path
    return b"".join(response) if response.streaming else response.content


def read_xml(client: Client, path: str) -> None:
    ElementTree.fromstring(answer(client, path))


def read_html(client: Client, path: str, status: int = 200) -> None:
    html = answer(client, path, status).decode()
    for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL):
        json.loads(found)
    assert html.count("<title>") == 1
    assert html.rstrip().endswith("</html>")


def read_table(client: Client, path: str, kind: str) -> None:
    content = answer(client, path)
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    else:
        rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert len({len(row) for row in rows}) == 1, path


def read_mail(article: Any) -> None:
    mail.outbox.clear()
    Letter.objects.all().delete()
    User.objects.filter(pk=article.author_id).update(email="ha@example.vn")
    step = Transition.objects.create(article=article, action=Action.RETURN, reason=article.summary)
    notices.tell(step)
    outbox.send_due(timezone.now())
    (message,) = mail.outbox
    read = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
    assert xml_text(read["Subject"]) == read["Subject"]
    read.get_content()


def send(client: Client, text: str) -> None:
    """Type `text` where strangers and editors type."""
    text = text.encode(errors="replace").decode()
    assert client.get("/tim-kiem/", {"q": text}).status_code == 200
    answered = client.post("/chia-se/token/tra-loi/", {"verdict": "changes", "comment": text})
    assert answered.status_code == (302 if paragraphs(text) else 400)


@pytest.fixture
def staff(db) -> Client:
    client = Client()
    user = User.objects.create_superuser("chanh", "chanh@example.vn", "x")
    client.force_login(user, backend="communes.work.MembershipBackend")
    return client


# The same examples every time; with a seed in the environment, others.
EXAMPLES = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize="TEXT_SEED" not in os.environ,
    suppress_health_check=list(HealthCheck),
)


def test_any_text_leaves_every_output_well_formed(client, staff):
    world = make_world()

    @EXAMPLES
    @given(arbitrary)
    @example("Hội\x0bnghị\x00 \ufffe\uffff\ud800")
    @example("\u200b\u2060\u00ad\u3164")
    @example("a</>\u0301 ]]> </script><script> & \" '")
    @example("=1+1\r\n\u2028+2")
    def write_and_read(text: str) -> None:
        with transaction.atomic():
            write(world, text)
            send(client, text)
            read(client, staff, world)

    write_and_read()


@pytest.mark.parametrize("text", ["Hội\x0bnghị", "\x01\x1f", "a\ufffeb\uffff", "\u200b", "a\r\nb", "=\x0b1"])
def test_outputs_hold_whatever_another_program_stored(client, staff, text):
    world = make_world()
    for row in world:
        columns = [field for field in text_columns(row) if not isinstance(field, models.SlugField)]
        values = {
            field.column: text for field in columns if not field.unique and field.name not in {"network", "colour"}
        }
        if values and not isinstance(row, Redirect | Carryover | Revision):
            written_past_the_field(row, values)

    read(client, staff, world)


ADDED = {
    "category": ("news", {"slug": "", "description": "", "position": "1"}),
    "tag": ("news", {"slug": "", "description": "", "lead": ""}),
}


@pytest.mark.parametrize("kind", ADDED)
@pytest.mark.parametrize("name", ["\u200b", "\u00ad\u3164", "\x0b", "\x00", "a\x00b", "\u0301", "★", "☆"])
def test_a_name_is_stored_or_refused_with_a_sentence(staff, kind, name):
    app, fields = ADDED[kind]
    model = apps.get_model(app, kind)

    response = staff.post(reverse(f"admin:{app}_{kind}_add"), fields | {"name": name})

    if one_line(name):
        assert response.status_code == 302
        assert model._base_manager.get().name == one_line(name)
    else:
        assert response.status_code == 200
        assert "name" in response.context["adminform"].form.errors
        assert not model._base_manager.exists()


def test_a_group_has_a_visible_name(staff):
    response = staff.post(reverse("admin:auth_group_add"), {"name": "\u200b"})

    assert response.status_code == 200
    assert not Group.objects.exists()
