"""Forms sent after the session ended or the token changed: nothing typed is lost, nothing foreign is offered."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from news.models import Article, Status
from tests.news.factories import make_article, make_category, make_writer
from tests.offered import read_page

pytestmark = pytest.mark.django_db
OWN = {"HTTP_ORIGIN": "http://testserver"}
BACKEND = "communes.work.MembershipBackend"


@pytest.fixture
def scene():
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, category=make_category())
    client = Client(enforce_csrf_checks=True, **OWN)
    client.force_login(author, backend=BACKEND)
    address = reverse("admin:news_article_change", args=[article.pk])
    form = next(
        form
        for form in read_page(client.get(address).content.decode(), address).forms
        if form.kinds.get("title") == "text"
    )
    return client, author, article, form


def send_again(client, response, address):
    form = next(form for form in read_page(response.content.decode(), address).forms if form.method == "post")
    return form.press(client, form.buttons[0])


def test_a_form_sent_after_signing_in_again_is_offered_and_saved(scene):
    client, author, _article, form = scene
    client.cookies.clear()
    client.force_login(author, backend=BACKEND)
    client.get(reverse("admin:index"))  # the token of the new session

    refused = form.press(client, form.buttons[0], title="Viết trước khi đăng nhập lại")
    saved = send_again(client, refused, form.action)

    assert (refused.status_code, saved.status_code) == (403, 302)
    assert Article.objects.everywhere().get().title == "Viết trước khi đăng nhập lại"


def test_a_form_sent_after_the_session_ended_on_the_server_waits_for_the_sign_in(scene):
    client, author, article, form = scene
    Session.objects.all().delete()

    refused = form.press(client, form.buttons[0], title="Viết khi phiên đã hết", summary="“Tóm” & <tắt>")
    assert Article.objects.everywhere().get().title == article.title
    client.force_login(author, backend=BACKEND)
    stale = send_again(client, refused, form.action)
    saved = stale if stale.status_code == 302 else send_again(client, stale, form.action)

    assert refused.status_code == 403
    assert saved.status_code == 302
    changed = Article.objects.everywhere().get()
    assert (changed.title, changed.summary) == ("Viết khi phiên đã hết", "“Tóm” & <tắt>")


@pytest.mark.parametrize("origin", ["https://la.example", "null", None])
def test_words_of_another_site_are_not_offered(scene, origin):
    client, _author, _article, form = scene
    client.defaults.pop("HTTP_ORIGIN")
    data = form.filled(title="Lời của trang khác") | {"csrfmiddlewaretoken": ["x" * 32]}

    response = client.post(form.action, data, headers={"Origin": origin} if origin else {})

    assert response.status_code == 403
    assert "Lời của trang khác" not in response.content.decode()


def test_passwords_do_not_travel_through_the_page(admin_client):
    response = Client(**OWN).post(reverse("admin:accounts_user_add"), {"username": "ha", "password1": "bi-mat-12345"})

    assert response.status_code == 403
    assert "ha" in response.content.decode() and "bi-mat-12345" not in response.content.decode()


def test_a_press_without_words_leads_to_the_sign_in():
    assert Client(**OWN).post(reverse("admin:news_article_add"), {}).status_code == 302


def _submitted(author, article):
    Article.objects.everywhere().filter(pk=article.pk).update(status=Status.REVIEW)


def _withdrawn(author, article):
    Article.objects.everywhere().filter(pk=article.pk).update(status=Status.WITHDRAWN, withdrawal_notice="Đã gỡ.")


def _without_the_right(author, article):
    author.user_permissions.clear()


@pytest.mark.parametrize("lose", [_submitted, _withdrawn, _without_the_right])
def test_a_form_whose_right_was_lost_meanwhile_is_refused_with_its_text(scene, lose):
    client, author, article, form = scene
    before = article.title
    lose(author, article)

    for button in form.buttons:
        response = form.press(client, button, title="Câu đã viết", body="<p>Đoạn văn đã viết.</p>")

        assert response.status_code == 403, button
        html = response.content.decode()
        assert "Câu đã viết" in html and "Đoạn văn đã viết." in html, button
        assert "&lt;p&gt;" not in html, button
    assert Article.objects.everywhere().get(pk=article.pk).title == before
