"""Tags, dates and documents that two people change at once: both changes stay, or the lost one is named."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from library.documents import store_document
from news.drafts import revisions
from news.models import Article, Attachment, Status, Tag
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_editor
from tests.news.test_admin import messages_of
from tests.news.test_lost_rows import form_of, form_on
from tests.news.test_revisions import change_address, client_of

pytestmark = pytest.mark.django_db


def tag(name: str) -> Tag:
    return Tag.objects.create(commune=first_commune(), name=name, slug=name)


def moment(day: int) -> datetime:
    return timezone.make_aware(datetime(2036, 3, day, 8))


@pytest.fixture(params=[Status.DRAFT, Status.PUBLISHED])
def scene(request):
    """An article with two tags and a document, and the form an editor has open."""
    editor = make_editor()
    changes = {"published_at": moment(1)} if request.param == Status.PUBLISHED else {}
    article = make_article(status=request.param, title="Gốc", expires_at=moment(10), **changes)
    article.tags.set([tag("lua"), tag("ca")])
    document = store_document(SimpleUploadedFile("gia.pdf", b"%PDF-1.7 gia"), first_commune(), editor, title="Giá")
    Attachment.objects.create(article=article, document=document, title="Bảng giá")
    client = client_of(editor)
    return client, article, form_on(client, change_address(article), "base_details")


def names(article) -> set[str]:
    return set(article.tags.values_list("name", flat=True))


def save(client, form, **answers):
    return form.press(client, next(button for button in form.buttons if button.name == "_continue"), **answers)


def test_what_a_colleague_set_stays_when_the_form_did_not_touch_it(scene):
    client, article, form = scene
    article.tags.set([Tag.objects.everywhere().get(name="lua"), tag("go")])
    Article.objects.everywhere().filter(pk=article.pk).update(expires_at=moment(20), is_featured=True)
    article.attachments.update(title="Giá nước")

    response = save(client, form, title="Mới")

    assert response.status_code == 302
    now = Article.objects.everywhere().get(pk=article.pk)
    assert names(article) == {"lua", "go"}
    assert (now.expires_at, now.is_featured) == (moment(20), True)
    assert article.attachments.get().title == "Giá nước"
    assert "đồng nghiệp" not in messages_of(response)


def test_tags_hold_what_both_added(scene):
    client, article, form = scene
    go = tag("go")
    article.tags.add(tag("tre"))
    form.fields.append(("tags", str(go.pk)))

    save(client, form)

    assert names(article) == {"lua", "ca", "go", "tre"}


def test_a_date_that_both_set_is_the_last_savers_and_the_other_is_named(scene):
    client, article, form = scene
    Article.objects.everywhere().filter(pk=article.pk).update(expires_at=moment(20))
    article.attachments.update(title="Giá nước")

    response = save(client, form, expires_at_0="25/03/2036", **{"attachments-0-title": "Giá điện"})

    assert Article.objects.everywhere().get(pk=article.pk).expires_at == moment(25)
    assert article.attachments.get().title == "Giá điện"
    said = messages_of(response)
    assert "20/3/2036" in said.replace("/03/", "/3/") and "Giá nước" in said


@pytest.mark.parametrize(("choice", "day", "title"), [("theirs", 20, "Giá nước"), ("mine", 25, "Giá điện")])
def test_the_conflict_page_asks_about_them(scene, choice, day, title):
    client, article, form = scene
    colleague = make_editor()
    changed = Article.objects.everywhere().get(pk=article.pk)
    changed.title = "Tên của đồng nghiệp"
    if article.status == Status.DRAFT:
        revisions.save_draft(changed, colleague, changed.version)
    else:
        revisions.propose_change(changed, colleague, changed.version)
    Article.objects.everywhere().filter(pk=article.pk).update(expires_at=moment(20))
    article.attachments.update(title="Giá nước")
    article.tags.add(tag("tre"))

    answers = {"title": "Tên của tôi", "expires_at_0": "25/03/2036", "attachments-0-title": "Giá điện"}
    conflict = save(client, form, **answers)
    assert conflict.status_code == 409
    asked = form_of(conflict, form.action, "_seen")
    row = article.attachments.get().pk
    chosen = {"choice-expires_at": choice, f"choice-attachments:{row}:title": choice}
    assert chosen.keys() <= dict(asked.fields).keys()
    response = asked.press(client, next(b for b in asked.buttons if b.value == "chosen"), **chosen)

    assert response.status_code == 302
    assert Article.objects.everywhere().get(pk=article.pk).expires_at == moment(day)
    assert article.attachments.get().title == title
    assert "tre" in names(article)
    assert ("Giá nước" in messages_of(response)) is (choice == "mine")


@pytest.mark.parametrize("base", ["", "x", "[]", '{"tags": "1"}', '{"expires_at": [1]}', "[" * 100_000, "null"])
def test_a_form_that_does_not_say_what_it_was_opened_with_is_saved(scene, base):
    client, _article, form = scene

    assert save(client, form, base_details=base).status_code == 302
