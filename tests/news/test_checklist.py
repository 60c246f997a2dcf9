from __future__ import annotations

import base64
import json

import pytest
from django.test import Client
from django.urls import reverse

from library.models import Picture
from news.drafts import revisions
from news.models import Article, Status
from news.newsroom import checklist
from news.newsroom.steps import workflow
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_user, make_writer, picture_file
from tests.news.test_admin import form_data
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db

GOOD = {
    "title": "Đường làng mở rộng",
    "summary": "Tóm tắt.",
    "body": '<p>Nội dung</p><p><img src="/media/a.png" alt="Đường"></p>',
    "category_id": 1,
    "source": "UBND xã",
}


def found(**changes) -> list[tuple[str, bool]]:
    return [
        (finding.field, finding.is_blocking)
        for finding in checklist.check(GOOD | changes, first_commune().pk, ("testserver",))
    ]


def test_says_nothing_of_a_good_text():
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"title": ""}, ("title", True)),
        ({"body": "<p> </p>"}, ("body", True)),
        ({"category_id": None}, ("category", True)),
        ({"cover_id": 1, "cover_alt": ""}, ("cover_alt", True)),
        ({"body": '<p>a<img src="/media/a.png" alt=""></p>'}, ("body", True)),
        ({"title": "x" * 94}, ("title", False)),
        ({"summary": ""}, ("summary", False)),
        ({"summary": "x" * 401}, ("summary", False)),
        ({"source": ""}, ("source", False)),
        ({"body": "<p>không ảnh</p>"}, ("cover", False)),
        ({"body": GOOD["body"] + "<h3>sai bậc</h3>"}, ("body", False)),
        ({"body": GOOD["body"] + '<a href="https://example.vn/">tại đây</a>'}, ("body", False)),
        ({"body": GOOD["body"] + '<a href="/khong-co/x/y">bài trước</a>'}, ("body", False)),
        ({"body": GOOD["body"] + '<a href="http://testserver/khong-co/">chuyên mục</a>'}, ("body", False)),
        ({"body": GOOD["body"] + "<p>CCCD 038099001234</p>"}, ("body", False)),
        ({"body": GOOD["body"] + "<p>CCCD 038 099 001 234</p>"}, ("body", False)),
        ({"body": GOOD["body"] + "<p>gọi 0912 345 678</p>"}, ("body", False)),
        ({"body": GOOD["body"] + "<p>+84 912.345.678</p>"}, ("body", False)),
    ],
)
def test_finds(changes, finding):
    assert finding in found(**changes)


def test_an_amount_of_money_is_no_identity_number():
    assert found(body=GOOD["body"] + "<p>Tổng chi 123.456.789.012 đồng</p>") == []


def test_living_links_are_no_finding():
    article = make_article()
    body = GOOD["body"] + f'<a href="{article.get_absolute_url()}">bài trước</a> <a href="/rss/">tin RSS</a>'

    assert found(body=body) == []


def test_only_the_blocking_ones_keep_an_article_from_review():
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, summary="", body='<p>a<img src="/media/a.png"></p>')

    with pytest.raises(workflow.StepError):
        workflow.submit(article, author)
    Article.objects.everywhere().filter(pk=article.pk).update(body="<p>a</p>")
    workflow.submit(article, author)

    assert checklist.check(revisions.content_of(Article.objects.everywhere().get(pk=article.pk)), article.commune_id)


def test_checks_unsaved_text_and_offers_the_repair():
    client = client_of(make_writer())
    text = GOOD | {"category": "1", "body": "<p>Céng hßa x· héi chñ nghÜa ViÖt Nam</p>"}

    reply = client.post(reverse("admin:news_article_check"), json.dumps(text), content_type="application/json").json()
    repaired = client.post(reverse("admin:news_article_repair"), json.dumps(text), content_type="application/json")

    assert reply["oldEncoding"] is True
    assert repaired.json()["body"] == "<p>Cộng hòa xã hội chủ nghĩa Việt Nam</p>"


@pytest.mark.parametrize("name", ["admin:news_article_check", "admin:news_article_repair"])
def test_check_and_repair_are_for_writers_and_take_json(name):
    assert client_of(make_user()).post(reverse(name), "{}", content_type="application/json").status_code == 403
    for body in ("", "[]", "{"):
        assert client_of(make_writer()).post(reverse(name), body, content_type="application/json").status_code == 400


def test_a_pasted_picture_goes_into_the_library():
    data = base64.b64encode(picture_file(size=(20, 10))).decode()
    body = f'<p>Nội dung <img src="data:image/png;base64,{data}" alt="Cầu treo"></p>'

    client_of(make_writer()).post(reverse("admin:news_article_add"), form_data(category=make_category().pk, body=body))

    picture, article = Picture.objects.everywhere().get(), Article.objects.everywhere().get()
    assert f'<img src="{picture.file.url}" alt="Cầu treo"' in article.body
    assert "base64" not in article.body


def test_what_a_text_loses_is_named_before_and_after_saving():
    client = client_of(make_writer())
    body = '<p>Nội dung</p><video src="a.mp4"></video><p><img src="https://example.com/a.png" alt="x"></p>'

    checked = client.post(
        reverse("admin:news_article_check"), json.dumps(GOOD | {"body": body}), content_type="application/json"
    )
    saved = client.post(
        reverse("admin:news_article_add"), form_data(category=make_category().pk, body=body), follow=True
    )

    assert any("Đã bỏ: 1 video, 1 ảnh của trang khác." in finding["text"] for finding in checked.json()["findings"])
    assert "Đã bỏ: 1 video, 1 ảnh của trang khác." in saved.content.decode()


@pytest.mark.parametrize(
    "name", ["admin:news_article_check", "admin:news_article_repair", "admin:news_article_autosave"]
)
def test_a_text_too_long_is_refused_with_a_sentence(name):
    message = {"body": "x" * 2_000_001}

    response = client_of(make_writer()).post(reverse(name), json.dumps(message), content_type="application/json")

    assert response.status_code == 413
    assert "quá dài" in response.json()["error"]


def test_only_the_page_of_a_video_lets_its_player_in():
    article = make_article(body="<p>https://youtu.be/abcdefghijk</p>")
    other = make_article(body="<p>không có video</p>")

    with_video, without = (Client().get(one.get_absolute_url()) for one in (article, other))

    assert "frame-src 'self' https://www.youtube-nocookie.com" in with_video["Content-Security-Policy"]
    assert "js/video" in with_video.content.decode() and "<iframe" not in with_video.content.decode()
    assert "frame-src" not in without["Content-Security-Policy"]


def test_what_the_editor_drops_of_a_paste_is_named():
    message = GOOD | {"pasted": '<video src="a.mp4"></video>'}

    response = client_of(make_writer()).post(
        reverse("admin:news_article_check"), json.dumps(message), content_type="application/json"
    )

    assert any("Đã bỏ: 1 video." in finding["text"] for finding in response.json()["findings"])


def test_follows_a_bounded_number_of_links_and_says_so(django_assert_max_num_queries):
    links = "".join(f'<p><a href="/khong-co/{number}/">trang {number}</a></p>' for number in range(1000))

    # A redirect and a page are looked for at each, and once the hosts of the portal.
    with django_assert_max_num_queries(2 * checklist.MOST_LINKS + 1):
        found = checklist.check(GOOD | {"body": links}, first_commune().pk)

    assert len({finding.text for finding in found}) == len(found)
    assert "Nội dung có nhiều liên kết: chỉ 200 liên kết đầu tiên được kiểm tra." in {finding.text for finding in found}
