"""No word is wider than a phone, and no table wider than paper."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from library.documents import store_document
from news.models import Attachment, Status, Tag
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, upload
from tests.news.test_browser import browser, enter, newsroom
from tests.polls.factories import make_poll

__all__ = ["browser", "enter", "newsroom"]  # fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WORD = "BaoCao_KetQua_ThucHien_NhiemVu_KinhTe_XaHoi_QuocPhong_AnNinh_9_thang_dau_nam_2026_ban_chinh_thuc.docx"


@pytest.mark.parametrize("width", [320, 390])
def test_one_long_word_in_every_place_widens_no_page(enter, width):
    category = make_category(name=WORD[:80], slug="muc", description=WORD)
    tag = Tag.objects.create(
        commune=first_commune(), name=WORD[:60], slug="the", is_story=True, description=WORD, lead=WORD
    )
    texts = {"title": WORD, "summary": WORD, "byline": WORD, "source": WORD, "category": category}
    body = (
        f"<h2>{WORD}</h2><p>{WORD} <strong>{WORD}</strong></p><ul><li>{WORD}</li></ul><blockquote>{WORD}</blockquote>"
    )
    body += f"<table><tr><th>{WORD}</th><td>{WORD}</td></tr></table>"
    articles = [make_article(**texts, body=body, is_featured=True) for _ in range(4)]
    tag.articles.set(articles)
    document = store_document(upload(b"%PDF-1.7 a", "a.pdf"), first_commune(), None)
    Attachment.objects.create(article=articles[0], document=document, title=WORD)
    gone = make_article(**texts, status=Status.WITHDRAWN, published_at=timezone.now(), withdrawal_notice=WORD)
    poll = make_poll(title=WORD, introduction=WORD, choices=(WORD, "b"))
    page = enter(viewport={"width": width, "height": 800}).new_page()
    addresses = [
        *(
            "/",
            "/muc/",
            "/the/the/",
            articles[0].author_address,
            articles[0].get_absolute_url(),
            gone.get_absolute_url(),
        ),
        *(f"/tim-kiem/?q={WORD}", f"/tim-kiem/?q={WORD}khong", f"/{WORD}/", reverse("portal:site_map")),
        *(reverse(f"polls:{name}") for name in ("poll_list", "method")),
        *(reverse(f"polls:{name}", args=[poll.pk]) for name in ("ballot", "results")),
        reverse("visitors:statistics"),
    ]

    too_wide = []
    for address in addresses:
        page.goto(address)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            too_wide.append((wide, address))

    assert too_wide == []
