"""The cover in the form of an article: its picture, and what of it stays in view."""

from __future__ import annotations

import pytest
from django.urls import reverse

from library.models import Picture
from library.pictures import store_picture
from news.models import Status
from tests.communes.factories import first_commune
from tests.news.factories import WRITER, make_article, make_picture, make_user, picture_file, upload
from tests.news.test_standing import client_of
from tests.offered import read_page

pytestmark = pytest.mark.django_db


def test_a_writer_says_what_of_the_own_picture_stays_in_view_and_not_of_that_of_others():
    writer = make_user(*(right for right in WRITER if right != "change_picture"))
    own = store_picture(upload(picture_file(colour="#123456")), first_commune(), writer, alt="Cầu")
    other = make_picture(alt="Chợ")
    client = client_of(writer)
    for picture, answer in ((own, 302), (other, 200)):
        article = make_article(author=writer, status=Status.DRAFT, cover=picture, cover_alt="Ảnh")
        page = client.get(article.form_address)
        # Seen without scripts, too.
        assert f'class="cover-picture" src="{picture.thumbnail_url}"' in page.content.decode()
        form = next(
            form for form in read_page(page.content.decode(), article.form_address).forms if "title" in form.kinds
        )
        sent = client.post(article.form_address, form.filled(cover_focal_x="20", cover_focal_y=""))
        assert sent.status_code == answer

    assert list(Picture.objects.everywhere().order_by("pk").values_list("focal_x", "focal_y")) == [(20, 50), (50, 50)]
    assert "Ảnh này do người khác tải lên" in sent.content.decode()


def test_the_library_says_of_an_upload_what_the_control_shows():
    writer = make_user(*WRITER)
    answer = client_of(writer).post(reverse("library:picture_upload"), {"upload": upload()}).json()

    picture = Picture.objects.everywhere().get()
    assert answer["picture"]["id"] == str(picture.pk)
    assert answer["picture"]["thumbnail"] == picture.thumbnail_url
    assert answer["picture"]["focalX"] == "50"
