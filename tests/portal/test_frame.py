"""Whatever the admin's first page and its frame link to opens for the person who sees the link, and each button works."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse

from accounts.roles import create_roles
from library.documents import store_document
from news.models import Redirect, Tag
from tests.communes.factories import first_commune, join
from tests.news.factories import make_article, make_category, make_picture, make_user
from tests.offered import Visitor, is_own, undone
from tests.polls.factories import make_poll

pytestmark = pytest.mark.django_db

ROLES = ["Phóng viên", "Biên tập viên", "Quản trị viên", "superuser"]


@pytest.fixture(params=ROLES)
def visitor(request) -> Visitor:
    """A visitor of a portal that has one of each thing."""
    person = make_user(is_superuser=request.param == "superuser")
    # Whoever has none proves nothing, and sets up no second factor.
    person.set_password("một con thuyền chở trăng")
    person.save()
    if not person.is_superuser:
        join(person, create_roles()[request.param])
    make_picture()
    store_document(SimpleUploadedFile("gia.pdf", b"%PDF-1.7 gia"), first_commune(), person, title="Giá")
    make_article(author=person, category=make_category()).tags.add(
        Tag.objects.create(commune=first_commune(), name="Lúa", slug="lua")
    )
    Redirect.objects.create(commune=first_commune(), old_path="/cu.aspx", new_path="/")
    make_poll()
    return Visitor(get_user_model().objects.get(pk=person.pk))


def _kind(link: str) -> str:
    """Pages of one kind are pressed once: another month or another row is the same page."""
    return resolve(link.partition("?")[0]).view_name


def test_every_link_of_the_frame_opens_and_every_button_of_its_pages_works(visitor):
    admin = reverse("admin:index")
    pressed: set[str] = set()
    waiting = [(link, admin) for link in sorted(visitor.frame)]
    assert len(waiting) > 5
    while waiting:
        link, source = waiting.pop(0)
        link = link.partition("#")[0]
        if not is_own(link) or link.endswith("/logout/") or _kind(link) in pressed:
            continue
        pressed.add(_kind(link))
        try:
            page = visitor.open(link)
        except AssertionError as refusal:
            refusal.add_note(f"linked on {source}")
            raise
        if page is None or not link.startswith(admin):
            continue
        for form in page.forms:
            for button in form.buttons:
                if form.action.endswith("/logout/"):
                    continue
                with undone():
                    response = form.press(visitor.client, button)
                    assert response.status_code in {200, 302}, (link, form.action, button, response.status_code)
                # A message names a row that is no more.
                visitor.client.cookies.pop("messages", None)
        # The pages below the lists: the form of a row, of a new one, results, history.
        waiting += [(below, link) for below, _words in page.links if below.startswith(admin)]
    assert "admin:news_article_changelist" in pressed
