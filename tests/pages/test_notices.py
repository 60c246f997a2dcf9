"""Notices: their deadline, and those that are open."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from library.documents import store_document
from news.models import Article, Attachment, Kind, Status
from news.public.reading import open_notices
from section import sections
from tests.communes.factories import first_commune, make_commune
from tests.news.factories import make_article, make_category

pytestmark = pytest.mark.django_db

LAST_YEAR = timezone.now() - timedelta(days=365)


def make_notice(title, days=None, **changes):
    deadline = None if days is None else timezone.localdate() + timedelta(days=days)
    changes.setdefault("published_at", LAST_YEAR)
    return make_article(title=title, kind=Kind.NOTICE, deadline_on=deadline, **changes)


def test_the_nearest_deadline_comes_first_then_the_newest_without_one():
    later, soon, today = make_notice("Tuần sau", 7), make_notice("Ngày mai", 1), make_notice("Hôm nay", 0)
    weeks, new = (
        make_notice(title, published_at=timezone.now() - timedelta(days=days))
        for title, days in (("Cũ", 20), ("Mới", 1))
    )
    make_notice("Năm ngoái")
    make_notice("Hôm qua", -1)
    make_notice("Nháp", 3, status=Status.DRAFT)
    make_notice("Xã khác", 3, category=make_category(commune=make_commune()))
    make_article(title="Tin")

    assert open_notices(first_commune()) == [today, soon, later, new, weeks]


def test_a_notice_says_until_when_and_whether_that_has_passed(client):
    open_one, past = make_notice("Nhận hồ sơ", 5), make_notice("Đã xong", -1)

    for notice, is_past in ((open_one, False), (past, True)):
        for address in (notice.get_absolute_url(), notice.category.get_absolute_url()):
            html = client.get(address).content.decode()
            assert f"{notice.deadline_on:%d/%m/%Y}" in html
            assert ("Đã hết hạn" in html) == is_past, address


def test_its_documents_stand_before_the_text(client):
    notice, article = make_notice("Mẫu đơn", 5, body="<p>Chữ.</p>"), make_article(body="<p>Chữ.</p>")
    document = store_document(
        SimpleUploadedFile("don.pdf", b"%PDF-1.7 don"), first_commune(), None, title="Mẫu đơn số 1"
    )
    for one in (notice, article):
        Attachment.objects.create(article=one, document=document, title="Mẫu đơn số 1")

    told, written = (client.get(one.get_absolute_url()).content.decode() for one in (notice, article))

    assert told.index("Mẫu đơn số 1") < told.index("<p>Chữ.</p>")
    assert written.index("Mẫu đơn số 1") > written.index("<p>Chữ.</p>")


def test_the_block_of_the_home_page_lists_open_notices_and_is_empty_without(rf):
    def shown_after(*shown):
        request = rf.get("/")
        request.commune = first_commune()
        return render_to_string(block.template, {"request": request, "shown": set(shown)}).strip()

    block = next(block for block in sections()["news"].home_blocks if block.key == "notices")
    assert shown_after() == ""
    notice = make_notice("Nhận hồ sơ", 5)

    html = shown_after()

    assert notice.get_absolute_url() in html
    assert f"{notice.deadline_on:%d/%m/%Y}" in html
    assert shown_after(notice.pk) == ""


def test_an_open_notice_stands_in_its_block_and_not_among_the_latest_of_the_home_page(client):
    notice = make_notice("Nhận hồ sơ", 5, published_at=timezone.now() - timedelta(hours=1))
    article = make_article()

    html = client.get("/").content.decode().partition("<main")[2]

    assert html.count(f'href="{notice.get_absolute_url()}"') == 1
    assert html.index('id="latest-title"') < html.index(article.title) < html.index('id="notices-title"')
    assert html.index('id="notices-title"') < html.index(notice.title)


def test_a_notice_stands_in_its_category_and_among_the_news(client):
    notice = make_notice("Nhận hồ sơ", 5)

    for address in ("/", notice.category.get_absolute_url(), "/rss/", "/sitemap-bai-viet.xml"):
        assert notice.get_absolute_url() in client.get(address).content.decode(), address


def test_the_database_keeps_deadlines_to_notices_and_after_the_publication():
    notice, article = make_notice("Nhận hồ sơ", 5), make_article()
    today = timezone.localdate()

    for row, day in ((article, today), (notice, today - timedelta(days=400))):
        with pytest.raises(IntegrityError), transaction.atomic():
            Article.objects.of(first_commune()).filter(pk=row.pk).update(deadline_on=day)
