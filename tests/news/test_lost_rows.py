"""Rows that a colleague took away while a form or a list was open: nothing typed is lost, nothing breaks."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from library.documents import store_document
from news.models import Article, Attachment, Category, Status
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_chief, make_writer
from tests.news.test_admin import messages_of
from tests.news.test_revisions import change_address, client_of
from tests.offered import Form, read_page

pytestmark = pytest.mark.django_db


def form_on(client, address: str, field: str) -> Form:
    page = read_page(client.get(address).content.decode(), address)
    return next(form for form in page.forms if field in dict(form.fields))


def form_of(response, address: str, field: str) -> Form:
    page = read_page(response.content.decode(), address)
    return next(form for form in page.forms if field in dict(form.fields))


@pytest.fixture
def scene():
    """An open form of an article with three attached documents."""
    author = make_writer()
    article = make_article(author=author, status=Status.DRAFT, title="Gốc")
    for number, name in enumerate(("một", "hai", "ba")):
        document = store_document(
            SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7 " + name.encode()), first_commune(), author, title=name
        )
        Attachment.objects.create(article=article, document=document, title=name, position=number)
    client = client_of(author)
    return client, article, form_on(client, change_address(article), "attachments-0-title")


def titles(article) -> set[str]:
    return set(article.attachments.values_list("title", flat=True))


@pytest.mark.parametrize("gone", ["một", "hai", "ba"])
def test_a_document_a_colleague_took_away_is_asked_about_and_comes_back_as_typed(scene, gone):
    client, article, form = scene
    article.attachments.get(title=gone).delete()
    typed = {"title": "Mới", **{f"attachments-{number}-title": f"Tên {number}" for number in range(3)}}

    refused = form.press(client, form.buttons[0], **typed)

    assert refused.status_code == 200
    assert Article.objects.everywhere().get().title == "Gốc"
    again = form_of(refused, form.action, "attachments-0-title")
    held = dict(again.fields)
    assert {held[f"attachments-{number}-title"] for number in range(3)} == {"Tên 0", "Tên 1", "Tên 2"}
    assert "Một đồng nghiệp đã xoá dòng này" in refused.content.decode()
    saved = again.press(client, again.buttons[0])
    assert saved.status_code == 302
    assert Article.objects.everywhere().get().title == "Mới"
    assert titles(article) == {"Tên 0", "Tên 1", "Tên 2"}


def test_what_both_took_away_is_gone_without_a_question(scene):
    client, article, form = scene
    article.attachments.get(title="hai").delete()

    saved = form.press(client, form.buttons[0], **{"title": "Mới", "attachments-1-DELETE": "on"})

    assert saved.status_code == 302
    assert titles(article) == {"một", "ba"}


def test_a_new_document_in_a_form_with_a_lost_row_is_not_lost(scene):
    client, article, form = scene
    article.attachments.all().delete()
    upload = SimpleUploadedFile("moi.pdf", b"%PDF-1.7 moi")
    new = {"upload": upload, "title": "Tệp mới", "position": "0"}
    fields = {"attachments-TOTAL_FORMS": "4"} | {f"attachments-3-{name}": value for name, value in new.items()}

    refused = form.press(client, form.buttons[0], **fields)
    again = form_of(refused, form.action, "attachments-0-title")
    again.press(client, again.buttons[0])

    assert titles(article) == {"một", "hai", "ba", "Tệp mới"}


def test_a_category_deleted_while_the_list_was_open_is_named_and_the_others_are_saved():
    make_category()
    gone, last = make_category(name="Chợ quê"), make_category()
    client = client_of(make_chief())
    address = reverse("admin:news_category_changelist")
    form = form_on(client, address, "form-0-position")
    ids = {value: name.split("-")[1] for name, value in form.fields if name.endswith("-id")}
    gone.delete()
    button = next(button for button in form.buttons if button.name == "_save")

    response = form.press(client, button, **{f"form-{ids[str(last.pk)]}-position": "77"})

    assert response.status_code == 302
    assert Category.objects.everywhere().get(pk=last.pk).position == 77
    assert "không còn trong danh sách" in messages_of(response)


def test_an_article_that_left_the_home_page_while_the_list_was_open_breaks_nothing():
    articles = [make_article(is_featured=True) for _ in range(3)]
    client = client_of(make_chief())
    address = reverse("admin:news_featuredarticle_changelist")
    form = form_on(client, address, "form-0-featured_position")
    Article.objects.everywhere().filter(pk=articles[1].pk).update(is_featured=False)
    button = next(button for button in form.buttons if button.name == "_save")
    ids = {value: name.split("-")[1] for name, value in form.fields if name.endswith("-id")}

    response = form.press(client, button, **{f"form-{ids[str(articles[2].pk)]}-featured_position": "5"})

    assert response.status_code == 302
    assert Article.objects.everywhere().get(pk=articles[2].pk).featured_position == 5
    assert "không còn trong danh sách" in messages_of(response)
