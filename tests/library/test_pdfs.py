"""What is told of a PDF, and the PDF inside the page."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from library.documents import store_document
from library.intake import pdfs
from library.upkeep import read_pdfs
from news.models import Attachment
from tests.communes.factories import first_commune
from tests.news.factories import make_article

pytestmark = pytest.mark.django_db


def pdf_of(*pages: str) -> bytes:
    """A PDF with a page for each text; an empty one is a page without any, as a scan has it."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, text in enumerate(pages):
        content = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * number} 0 R>>"
        )
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return f"{out}{end}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF".encode()


def test_pages_and_text_are_told_and_the_pdf_is_shown_in_the_page_on_wish(client):
    words = "Ke hoach phong chong thien tai nam 2026"
    article = make_article()
    for name, content in (
        ("Kế hoạch.pdf", pdf_of(words, words, words)),
        ("Bản quét.pdf", pdf_of("", "", "Trang 3")),
        ("Hỏng.pdf", pdf_of(words).replace(b"[4 0 R]", b"[2 0 R]")),
    ):
        document = store_document(SimpleUploadedFile(name, content), first_commune(), None)
        Attachment.objects.create(article=article, document=document, title=document.title)

    page = client.get(article.get_absolute_url()).text

    documents = [attachment.document for attachment in article.attachments.order_by("id")]
    assert [(one.page_count, one.has_text) for one in documents[:2]] == [(3, True), (3, False)]
    assert documents[2].has_text is not True
    assert [bool(one.advice) for one in documents[:2]] == [False, True]
    assert "PDF, 3 trang" in page and page.count("bản quét, không có chữ") == 1
    assert page.count(f'<iframe src="{documents[0].file.url}"') == 1
    assert (
        page.count("<iframe ")
        == page.count(' loading="lazy"></iframe>')
        == page.count('<details class="document-view">')
        == 3
    )


def test_pdfs_that_came_unread_are_read_at_night():
    document = store_document(SimpleUploadedFile("a.pdf", pdf_of("Ke hoach nam 2026 cua xa")), first_commune(), None)
    type(document).objects.everywhere().update(page_count=None, has_text=None)

    assert (read_pdfs(timezone.now()), read_pdfs(timezone.now())) == (1, 0)

    document.refresh_from_db()
    assert (document.page_count, document.has_text) == (1, True)


def test_a_pdf_that_takes_its_reader_too_long_is_kept_without_its_facts(monkeypatch):
    monkeypatch.setattr(pdfs, "PATIENCE", 0.001)

    assert pdfs.facts_of(io.BytesIO(pdf_of("Mot trang van ban day du"))) == pdfs.UNREADABLE
