from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from library.models import Picture
from news.drafts import autosaves
from news.models import Autosave, Status
from tests.news.factories import make_article, make_category, make_editor, make_user, make_writer, picture_file
from tests.news.test_admin import form_data
from tests.news.test_revisions import change_address, client_of

pytestmark = pytest.mark.django_db


def post(client, message, address="admin:news_article_autosave"):
    return client.post(reverse(address), json.dumps(message), content_type="application/json")


def test_keeps_unsaved_work_apart_from_the_article_and_offers_it():
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, title="Đã lưu")
    client = client_of(author)

    reply = post(client, {"article": article.pk, "version": 1, "content": {"title": "Chưa lưu"}}).json()

    article.refresh_from_db()
    assert reply["saved"]
    assert article.title == "Đã lưu"
    assert "Chưa lưu" in json.loads(_unsaved(client.get(change_address(article))))["content"]["title"]


def _unsaved(response) -> str:
    html = response.content.decode()
    start = html.index('<script id="unsaved-work" type="application/json">') + 50
    return html[start : html.index("</script>", start)]


def test_keeps_every_field_of_the_form_in_its_own_shape():
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author)
    client = client_of(author)
    content = {
        "title": "Chưa lưu",
        "tags": ["3", "5"],
        "tags:words": ["Lúa", "OCOP"],
        "related": [],
        "is_major": True,
        "is_featured": False,
        "published_at_0": "02/12/2026",
        "published_at_1": "08:00",
        "review_on": "2027-01-31",
        "attachments-0-document": "7",
        "attachments-0-title": "Phụ lục",
    }

    post(client, {"article": article.pk, "version": 1, "content": content})

    assert json.loads(_unsaved(client.get(change_address(article))))["content"] == content


def test_keeps_what_the_database_can_hold_of_a_strange_text():
    author = make_writer()
    content = {"title": "Đường\x00 làng", "summary": "\ud83d", "tags": [{"a": 1}], "note": None, "\x00x": 5}

    post(client_of(author), {"article": None, "version": 0, "content": content})

    assert Autosave.objects.everywhere().get().content == {
        "title": "Đường làng",
        "summary": "",
        "tags": ["{'a': 1}"],
        "note": "",
        "x": "5",
    }


def test_one_copy_per_person_and_article():
    author = make_writer()
    client = client_of(author)
    for text in ("a", "b"):
        post(client, {"article": None, "version": 0, "content": {"title": text}})

    assert Autosave.objects.everywhere().get().content["title"] == "b"


def test_saving_discards_the_copy():
    author = make_writer()
    client = client_of(author)
    post(client, {"article": None, "version": 0, "content": {"title": "x"}})

    client.post(reverse("admin:news_article_add"), form_data(category=make_category().pk))

    assert not Autosave.objects.everywhere().exists()


def test_says_who_else_is_at_work_and_forgets_who_left():
    author, editor = make_writer(first_name="Hà", last_name="Thu"), make_editor()
    article = make_article(status=Status.DRAFT, author=author)
    post(client_of(author), {"article": article.pk, "version": 1, "content": None})

    reply = post(client_of(editor), {"article": article.pk, "version": 1, "content": None}).json()
    assert reply["others"] == [author.get_full_name()]

    Autosave.objects.everywhere().update(seen_at=timezone.now() - timedelta(minutes=5))
    assert autosaves.others_at_work(article, editor) == []


def test_a_heartbeat_does_not_erase_the_copy():
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author)
    client = client_of(author)
    post(client, {"article": article.pk, "version": 1, "content": {"title": "x"}})
    post(client, {"article": article.pk, "version": 1, "content": None})

    assert Autosave.objects.everywhere().get().content["title"] == "x"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"article": "x", "version": 1, "content": {}}',
        b'{"article": true, "version": 1, "content": {}}',
        b'{"article": null, "version": -1, "content": {}}',
        b'{"article": null, "version": 1, "content": 3}',
        b'{"article": 99999999999999999999999, "version": 1, "content": {}}',
        b"\xff\xfe",
    ],
)
def test_refuses_malformed_messages(body):
    client = client_of(make_writer())

    response = client.post(reverse("admin:news_article_autosave"), body, content_type="application/json")

    assert response.status_code == 400
    assert response.json() == {"error": "Máy chủ không hiểu nội dung được gửi lên. Hãy tải lại trang."}
    assert not Autosave.objects.everywhere().exists()


SCRIPT_ADDRESSES = [
    "admin:news_article_autosave",
    "admin:news_article_autosave_discard",
    "admin:news_article_check",
    "admin:news_article_repair",
]


@pytest.mark.parametrize("address", SCRIPT_ADDRESSES)
@pytest.mark.parametrize(
    ("make", "body", "status"),
    [
        (make_writer, b"[", 400),
        (make_user, b"{}", 403),
        (make_writer, b'{"x": "' + b"x" * 2_000_000 + b'"}', 413),
        (make_writer, b'{"x": "' + b"x" * 6_000_000 + b'"}', 413),
    ],
    ids=["no message", "no right", "long", "longer than any form"],
)
def test_a_script_is_refused_with_a_sentence(address, make, body, status):
    response = client_of(make()).post(reverse(address), body, content_type="application/json")

    assert response.status_code == status
    assert response.json()["error"] in SENTENCES[status]


SENTENCES = {
    400: {"Máy chủ không hiểu nội dung được gửi lên. Hãy tải lại trang."},
    403: {"Tài khoản của bạn không được phép làm việc này."},
    413: {"Nội dung quá dài. Hãy chia thành nhiều phần."},
}


def test_work_on_an_article_that_is_gone_is_refused_with_a_sentence():
    client = client_of(make_writer())

    for address in SCRIPT_ADDRESSES[:2]:
        response = post(client, {"article": 4_000_000, "version": 1, "content": {}}, address)

        assert response.status_code == 404
        assert response.json() == {"error": "Không tìm thấy bài viết này trong số các bài bạn được xử lý."}


def test_checks_the_same_right_as_the_form():
    article = make_article(status=Status.DRAFT)
    message = {"article": article.pk, "version": 1, "content": {"title": "x"}}

    assert post(client_of(make_writer()), message).status_code == 404
    assert post(client_of(make_user()), message | {"article": None}).status_code == 403
    assert post(Client(), message).status_code == 302
    assert not Autosave.objects.everywhere().exists()


def test_discarding_forgets():
    author = make_writer()
    client = client_of(author)
    post(client, {"article": None, "version": 0, "content": {"title": "x"}})

    post(client, {"article": None}, "admin:news_article_autosave_discard")

    assert not Autosave.objects.everywhere().exists()


def test_a_picture_written_into_the_text_is_not_lost_from_unsaved_work():
    picture = base64.b64encode(picture_file(size=(30, 20))).decode()
    body = f'<p>trước<img src="data:image/png;base64,{picture}" alt="Cầu">sau</p>'
    client = client_of(make_writer())

    for _beat in range(2):
        post(client, {"article": None, "version": 0, "content": {"title": "x", "body": body}})

    address = Picture.objects.everywhere().get().file.url
    assert Autosave.objects.everywhere().get().content["body"] == f'<p>trước<img src="{address}" alt="Cầu">sau</p>'


NO_PICTURE = base64.b64encode(b"khong phai anh").decode()


@pytest.mark.parametrize(
    "source", [f"data:image/tiff;base64,{NO_PICTURE}", "data:image/png;base64,A", "data:image/svg+xml,%3Csvg/%3E"]
)
def test_what_the_copy_on_the_server_lacks_is_named_at_once_and_when_it_is_offered(source):
    body = f'<p>trước<img src="{source}" alt="Cầu">sau</p>'
    client = client_of(make_writer())

    reply = post(client, {"article": None, "version": 0, "content": {"title": "x", "body": body}}).json()

    sentence = "Bản lưu trên máy chủ thiếu: 1 ảnh không đọc được."
    offered = json.loads(_unsaved(client.get(reverse("admin:news_article_add"))))
    assert reply["lost"] == sentence
    assert offered["content"] == {"title": "x", "body": "<p>trướcsau</p>", "body:lost": sentence}
    assert offered["at"] == reply["at"]


def test_saving_says_which_picture_is_none_and_keeps_it_in_the_form():
    body = f'<p>chữ<img src="data:image/tiff;base64,{NO_PICTURE}" alt="Cầu"></p>'
    client = client_of(make_writer())

    response = client.post(reverse("admin:news_article_add"), form_data(category=make_category().pk, body=body))

    assert "Ảnh thứ 1" in response.content.decode()
    assert response.context["adminform"].form["body"].value() == body


def test_saving_names_a_picture_whose_data_are_broken_off():
    body = '<p>chữ<img src="data:image/png;base64,A" alt="Cầu"></p>'
    client = client_of(make_writer())

    response = client.post(
        reverse("admin:news_article_add"), form_data(category=make_category().pk, body=body), follow=True
    )

    assert "1 ảnh không đọc được" in response.content.decode()


def test_a_long_text_is_kept_to_its_end_as_unsaved_work():
    body = f"<p>{'dài ' * 120_000}</p><p>câu cuối</p>"
    client = client_of(make_writer())

    post(client, {"article": None, "version": 0, "content": {"title": "x", "body": body}})

    assert Autosave.objects.everywhere().get().content["body"] == body


def test_who_may_no_longer_write_is_told_what_the_kept_work_does_not_show():
    author = make_writer()
    article = make_article(status=Status.PUBLISHED, author=author)
    author.user_permissions.remove(Permission.objects.get(codename="change_article"))
    body = f'<p>chữ</p><img src="data:image/tiff;base64,{NO_PICTURE}">'
    autosaves.keep(author, article, {"title": "x", "body": body}, 1)

    page = client_of(get_user_model().objects.get(pk=author.pk)).get(change_address(article)).content.decode()

    assert "1 ảnh không đọc được" in page
