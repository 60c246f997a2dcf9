from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from library.models import Picture
from news.models import Action, Article, Status
from tests.communes.factories import first_commune
from tests.news.factories import (
    make_article,
    make_category,
    make_chief,
    make_editor,
    make_picture,
    make_user,
    make_writer,
    picture_file,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def enter(user):
        client.force_login(user, backend="communes.work.MembershipBackend")
        return client

    return enter


def form_data(**changes):
    values = {
        "title": "Đường làng mở rộng",
        "summary": "Tóm tắt",
        "body": "<p>Nội dung</p>",
        "byline": "",
        "source": "",
        "cover": "",
        "cover_alt": "",
        "cover_caption": "",
        "cover_credit": "",
        "published_at_0": "",
        "published_at_1": "",
        "expires_at_0": "",
        "expires_at_1": "",
        "base_version": "1",
        "attachments-TOTAL_FORMS": "0",
        "attachments-INITIAL_FORMS": "0",
        "transitions-TOTAL_FORMS": "0",
        "transitions-INITIAL_FORMS": "0",
    }
    return values | changes


def messages_of(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_a_writer_writes_and_submits_in_one_go(sign_in):
    writer = make_writer()
    category = make_category()

    response = sign_in(writer).post(reverse("admin:news_article_add"), form_data(category=category.pk, _step="submit"))

    article = Article.objects.everywhere().get()
    assert response.status_code == 302
    assert article.author == writer
    assert article.slug == "duong-lang-mo-rong"
    assert article.status == Status.REVIEW


def test_an_editor_publishes_with_one_button(sign_in):
    article = make_article(status=Status.REVIEW)

    sign_in(make_editor()).post(
        reverse("admin:news_article_change", args=[article.pk]),
        form_data(category=article.category_id, title="Tiêu đề đã sửa", _step="publish"),
    )

    article.refresh_from_db()
    assert article.is_published()
    assert article.title == "Tiêu đề đã sửa"


def test_a_writer_can_only_propose_changes_of_what_is_public(sign_in):
    writer = make_writer()
    article = make_article(author=writer, title="Cũ")
    address = reverse("admin:news_article_change", args=[article.pk])
    client = sign_in(writer)

    response = client.post(address, form_data(category=article.category_id, title="Mới"))

    article.refresh_from_db()
    assert response.status_code == 302
    assert article.title == "Cũ"
    assert article.revisions.proposed().get().content["title"] == "Mới"
    assert 'value="Mới"' in client.get(address).content.decode()


def test_a_writer_cannot_change_what_others_review(sign_in):
    writer = make_writer()
    article = make_article(author=writer, status=Status.REVIEW, title="Cũ")
    address = reverse("admin:news_article_change", args=[article.pk])
    client = sign_in(writer)

    assert 'name="title"' not in client.get(address).content.decode()
    assert client.post(address, form_data(category=article.category_id)).status_code == 403


def test_a_writer_cannot_smuggle_publication_fields(sign_in):
    writer = make_writer()

    sign_in(writer).post(
        reverse("admin:news_article_add"),
        form_data(
            category=make_category().pk,
            is_featured="on",
            published_at_0="2020-01-01",
            published_at_1="00:00",
            status="published",
            _step="publish",
        ),
    )

    article = Article.objects.everywhere().get()
    assert (article.status, article.is_featured, article.published_at) == (Status.DRAFT, False, None)


def test_a_writer_sees_only_the_own_articles(sign_in):
    writer = make_writer()
    mine = make_article(author=writer, title="Bài của tôi")
    other = make_article(title="Bài người khác")
    client = sign_in(writer)

    listing = client.get(reverse("admin:news_article_changelist")).content.decode()

    assert mine.title in listing
    assert other.title not in listing
    assert client.get(reverse("admin:news_article_change", args=[other.pk])).status_code == 404


def test_steps_that_need_words_ask_for_them(sign_in):
    article = make_article(status=Status.REVIEW)
    client = sign_in(make_editor())
    address = reverse("admin:news_article_step", args=[article.pk, "return"])

    response = client.post(
        reverse("admin:news_article_change", args=[article.pk]),
        form_data(category=article.category_id, _step="return"),
    )
    assert response["Location"] == address
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 200
    client.post(address, {"reason": "Thiếu ảnh"})

    article.refresh_from_db()
    assert article.status == Status.DRAFT
    assert article.transitions.get().reason == "Thiếu ảnh"


def test_an_editor_schedules_with_a_button(sign_in):
    article = make_article(status=Status.REVIEW)
    client = sign_in(make_editor())
    address = reverse("admin:news_article_step", args=[article.pk, "schedule"])

    response = client.post(
        reverse("admin:news_article_change", args=[article.pk]),
        form_data(category=article.category_id, _step="schedule"),
    )
    past = client.post(address, {"at_0": "01/01/2020", "at_1": "8:00 SA"})
    client.post(address, {"at_0": "2.1.2099", "at_1": "8h30"})

    article.refresh_from_db()
    assert response["Location"] == address
    assert "at" in past.context["form"].errors
    assert article.get_state_display() == "hẹn giờ đăng"
    assert timezone.localtime(article.published_at).isoformat() == "2099-01-02T08:30:00+07:00"
    assert "02/01/2099 8:30 SA" in article.transitions.get().reason


@pytest.mark.parametrize("action", ["withdraw", "force", "return", "schedule"])
def test_step_pages_check_rights(sign_in, action):
    author = make_writer()
    article = make_article(author=author)
    address = reverse("admin:news_article_step", args=[article.pk, action])

    assert sign_in(author).get(address).status_code == 403
    assert sign_in(make_writer()).get(address).status_code == 404
    assert sign_in(make_user()).get(address).status_code == 404


def test_unknown_step_is_not_found(sign_in):
    article = make_article()

    assert sign_in(make_chief()).get(reverse("admin:news_article_step", args=[article.pk, "x"])).status_code == 404


def test_an_upload_survives_an_error_in_another_field(sign_in):
    client = sign_in(make_writer())

    response = client.post(
        reverse("admin:news_article_add"),
        form_data(title="", category=make_category().pk, cover_file=upload(picture_file())),
    )

    picture = Picture.objects.everywhere().get()
    assert response.status_code == 200
    assert not Article.objects.everywhere().exists()
    assert f'<option value="{picture.pk}" selected>' in response.content.decode()


def test_a_cover_takes_its_alternative_from_the_library(sign_in):
    picture = make_picture(alt="Cầu treo")

    sign_in(make_writer()).post(
        reverse("admin:news_article_add"), form_data(category=make_category().pk, cover=picture.pk)
    )

    assert Article.objects.everywhere().get().cover_alt == "Cầu treo"


def test_the_form_of_an_article_has_the_strict_policy_and_nothing_inline(sign_in):
    article = make_article(status=Status.DRAFT)
    client = sign_in(make_editor())

    for address in (reverse("admin:news_article_change", args=[article.pk]), reverse("admin:news_article_add")):
        answer = client.get(address)

        assert "unsafe" not in answer["Content-Security-Policy"]
        assert not re.search(r"<[^>]+\s(style|on\w+)=|<script(?![^>]*\b(src|type=.application/json))", answer.text)


def test_only_what_was_never_public_can_be_deleted(sign_in):
    client = sign_in(make_editor())
    live, draft = make_article(), make_article(status=Status.DRAFT)

    assert client.post(reverse("admin:news_article_delete", args=[live.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:news_article_delete", args=[draft.pk]), {"reason": "Thừa"}).status_code == 302
    assert list(Article.objects.everywhere()) == [live]


def test_buttons_say_what_happens(sign_in):
    article = make_article(status=Status.REVIEW)

    html = sign_in(make_editor()).get(reverse("admin:news_article_change", args=[article.pk])).content.decode()

    assert f'value="{Action.PUBLISH}"' in html
    assert f'value="{Action.RETURN}"' in html
    assert f'value="{Action.FORCE}"' not in html
    assert 'name="status"' not in html


def test_list_makes_the_same_queries_for_ten_thousand_articles(sign_in, django_assert_max_num_queries):
    client = sign_in(make_editor())
    first = make_article()
    Article.objects.bulk_create(
        Article(
            commune=first_commune(),
            title=f"Bài {number}",
            slug=f"bai-{number}",
            body="<p>Nội dung</p>",
            category=first.category,
            author=first.author,
            status=Status.PUBLISHED,
            published_at=first.published_at,
        )
        for number in range(10_000)
    )

    for query in ({}, {"q": "noi dung"}, {"status__exact": "published"}):
        with django_assert_max_num_queries(13):
            assert client.get(reverse("admin:news_article_changelist"), query).status_code == 200


def test_picture_needs_a_text_alternative_or_a_mark(sign_in):
    client = sign_in(make_editor())
    address = reverse("admin:library_picture_add")

    refused = client.post(address, {"upload": upload(picture_file()), "alt": "", "tags": ""})
    assert refused.status_code == 200
    assert not Picture.objects.everywhere().exists()

    client.post(
        address, {"upload": upload(picture_file()), "alt": "Cầu treo", "credit": "Hà", "focal_x": 50, "focal_y": 50}
    )
    assert Picture.objects.everywhere().get().alt == "Cầu treo"


def test_publishers_arrange_the_featured_articles(sign_in, client):
    first, second = make_article(is_featured=True, title="Một"), make_article(is_featured=True, title="Hai")
    client = sign_in(make_editor())
    address = reverse("admin:news_featuredarticle_changelist")
    listed = list(client.get(address).context["cl"].result_list)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "_save": "1"}
    for index, article in enumerate(listed):
        data |= {
            f"form-{index}-id": str(article.pk),
            f"form-{index}-featured_position": "1" if article.pk == first.pk else "2",
            f"form-{index}-is_featured": "on",
        }

    client.post(address, data)

    assert list(Article.objects.everywhere().published().featured()) == [first, second]


def test_writers_do_not_arrange_the_home_page(sign_in):
    assert sign_in(make_writer()).get(reverse("admin:news_featuredarticle_changelist")).status_code == 403
