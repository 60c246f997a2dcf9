from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from news.models import Action, ShareLink, Status
from tests.news.factories import make_article, make_editor, make_writer
from tests.news.test_revisions import client_of, propose

pytestmark = pytest.mark.django_db


def share(article, user, recipient="ông Lương Văn Khải, Chủ tịch") -> str:
    """Create a link in the admin and return its path."""
    response = client_of(user).post(
        reverse("admin:news_article_share", args=[article.pk]), {"recipient": recipient, "days": "7"}
    )
    return response.context["address"].removeprefix("http://testserver")


@pytest.fixture
def draft():
    return make_article(status=Status.DRAFT, author=make_writer(), title="Dự thảo kế hoạch", body="<p>Nội dung</p>")


def test_a_reader_without_account_sees_the_draft_marked_and_unindexed(client, draft):
    path = share(draft, draft.author)

    response = client.get(path)

    html = response.content.decode()
    assert response.status_code == 200
    assert "Dự thảo kế hoạch" in html and "Nội dung" in html and "preview-mark" in html
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]


def test_an_endorsement_is_recorded_with_the_name(client, draft):
    path = share(draft, draft.author)

    client.post(f"{path}tra-loi/", {"verdict": "endorsed", "comment": "Đồng ý"})

    step = draft.transitions.get()
    assert step.action == Action.ENDORSE
    assert step.made_by is None
    assert "ông Lương Văn Khải, Chủ tịch" in step.reason and "Đồng ý" in step.reason
    assert ShareLink.objects.get().verdict == "endorsed"
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_asking_for_changes_needs_words(client, draft):
    path = share(draft, draft.author)

    assert client.post(f"{path}tra-loi/", {"verdict": "changes", "comment": " "}).status_code == 400
    assert not draft.transitions.exists()
    client.post(f"{path}tra-loi/", {"verdict": "changes", "comment": "Sửa đoạn hai"})
    assert draft.transitions.get().action == Action.REQUEST


def test_shows_the_change_that_waits(client):
    author = make_writer()
    article = make_article(author=author, title="Cũ")
    propose(article, author, title="Mới hơn")

    assert "Mới hơn" in client.get(share(article, author)).content.decode()


@pytest.mark.parametrize("width", ["dien-thoai", "may-tinh"])
def test_the_draft_is_shown_at_the_width_of_a_phone_and_of_a_desk(client, draft, width):
    path = share(draft, draft.author)

    response = client.get(f"{path}khung/{width}/")
    framed = client.get(f"{path}?khung=1")

    html = response.content.decode()
    assert f'<iframe class="share-frame {width}" src="{path}?khung=1"' in html
    assert 'value="endorsed"' in html and 'value="endorsed"' not in framed.content.decode()
    assert "preview-mark" in framed.content.decode()
    for page in (response, framed):
        assert "noindex" in page["X-Robots-Tag"] and "no-store" in page["Cache-Control"]
        assert page["X-Frame-Options"] == "SAMEORIGIN"


def test_other_widths_are_not_found(client, draft):
    path = share(draft, draft.author)

    assert client.get(f"{path}khung/may-tinh-bang/").status_code == 404


@pytest.mark.parametrize("how", ["guessed", "expired", "revoked"])
def test_a_dead_link_is_not_found(client, draft, how):
    path = share(draft, draft.author)
    link = ShareLink.objects.get()
    if how == "guessed":
        path = reverse("news:shared_article", args=["x" * 32])
    elif how == "expired":
        ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        client_of(draft.author).post(reverse("admin:news_article_share_revoke", args=[draft.pk, link.pk]))

    assert client.get(path).status_code == 404
    assert client.get(f"{path}khung/dien-thoai/").status_code == 404
    assert client.post(f"{path}tra-loi/", {"verdict": "endorsed"}).status_code == 404
    assert not draft.transitions.exists()


def test_the_link_itself_is_not_stored(draft):
    path = share(draft, draft.author)

    token = path.strip("/").split("/")[-1]
    assert token not in str(ShareLink.objects.values())
    assert len(token) >= 32


def test_only_those_who_work_on_the_article_share_it(draft):
    address = reverse("admin:news_article_share", args=[draft.pk])

    assert client_of(make_writer()).get(address).status_code == 404
    assert client_of(make_editor()).get(address).status_code == 200


@pytest.mark.parametrize("verdict", ["", "x", "publish"])
def test_unknown_answers_are_refused(client, draft, verdict):
    path = share(draft, draft.author)

    assert client.post(f"{path}tra-loi/", {"verdict": verdict}).status_code == 404


def test_the_answer_stands_below_the_text_too_and_may_name_its_paragraph(client, draft):
    draft.body = "<p>Kinh phí 12 triệu đồng.</p><p>Thời gian từ ngày 3.</p>"
    draft.save()
    path = share(draft, draft.author)

    html = client.get(path).content.decode()
    assert html.count('value="endorsed"') == 2
    assert html.rindex('value="endorsed"') > html.index("Thời gian từ ngày 3.</p>")
    for number in ("2", "9", "0", "x", ""):
        client.post(f"{path}tra-loi/", {"verdict": "changes", "comment": "Sai ngày", "paragraph": number})

    first, *others = draft.transitions.order_by("id").values_list("reason", flat=True)
    assert "Đoạn 2 (Thời gian từ ngày 3.): Sai ngày" in first
    assert len(others) == 4
    assert "Đoạn" not in " ".join(others)


def test_the_link_that_is_shown_once_has_a_button_to_copy_it(draft):
    page = client_of(draft.author).post(
        reverse("admin:news_article_share", args=[draft.pk]), {"recipient": "Chủ tịch", "days": "7"}
    )

    html = page.content.decode()
    assert 'data-copy="share-address"' in html and 'id="share-address"' in html
    assert "js/copy-text" in html
