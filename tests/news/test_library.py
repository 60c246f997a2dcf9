from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from news import pictures, renditions
from news.models import Picture
from tests.news.factories import make_article, make_editor, make_picture, make_user, make_writer, picture_file, upload
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db


def large(colour: str = "navy") -> ContentFile:
    return ContentFile(picture_file("JPEG", size=(1000, 500), colour=colour), name="a.jpg")


def test_makes_smaller_copies_in_light_formats_and_never_enlarges():
    picture = pictures.store_picture(large(), None, alt="x")

    srcsets = dict(picture.sources)
    assert list(srcsets) == ["image/avif", "image/webp"]
    assert srcsets["image/webp"].count("w") > 2
    for width in (480, 960):
        for kind in ("avif", "webp"):
            name = renditions.name_of(picture.file.name, width, kind)
            assert default_storage.exists(name)
            assert default_storage.url(name) in srcsets[f"image/{kind}"]
    assert "1600" not in srcsets["image/avif"]
    assert picture.thumbnail_url.endswith("-480.webp")


def test_a_small_picture_has_no_copies():
    picture = make_picture()

    assert picture.sources == []
    assert picture.thumbnail_url == picture.file.url


def test_the_article_offers_the_copies_with_width_and_height(client):
    article = make_article(cover=pictures.store_picture(large(), None), cover_alt="Cầu")

    html = client.get(article.get_absolute_url()).content.decode()

    assert '<source type="image/avif" srcset="/media/anh/' in html
    assert 'alt="Cầu" width="1000" height="500"' in html


def test_replacing_a_file_changes_every_text_that_shows_it():
    picture = pictures.store_picture(large(), None, alt="x")
    old = picture.file.url
    article = make_article(body=f'<p><img src="{old}" alt="x"></p>')
    other = make_article(body="<p>khác</p>")

    pictures.replace_file(picture, large("green"))

    article.refresh_from_db()
    picture.refresh_from_db()
    assert picture.file.url != old
    assert picture.file.url in article.body and old not in article.body
    assert list(pictures.articles_using(picture)) == [article]
    assert not default_storage.exists(old.removeprefix("/media/"))
    assert other not in pictures.articles_using(picture)


def test_a_picture_cannot_be_replaced_by_another_of_the_library():
    first, second = pictures.store_picture(large(), None), pictures.store_picture(large("green"), None)

    with pytest.raises(pictures.PictureError):
        pictures.replace_file(first, large("green"))

    first.refresh_from_db()
    assert default_storage.exists(first.file.name) and default_storage.exists(second.file.name)


def test_admin_lists_where_a_picture_is_used_and_replaces_it():
    picture = pictures.store_picture(large(), None, alt="Cầu treo")
    article = make_article(cover=picture, cover_alt="x", title="Bài có ảnh")
    client = client_of(make_editor())
    address = reverse("admin:news_picture_change", args=[picture.pk])

    assert article.title in client.get(address).content.decode()
    client.post(
        address, {"alt": "Cầu mới", "upload": upload(picture_file(colour="blue")), "focal_x": 0, "focal_y": 100}
    )

    old_name, changed = picture.file.name, Picture.objects.get()
    assert (changed.alt, changed.focus) == ("Cầu mới", "focus-x-0 focus-y-100")
    assert changed.file.name != old_name


def test_a_used_picture_cannot_be_deleted():
    picture = make_picture()
    make_article(body=f'<p><img src="{picture.file.url}" alt="x"></p>')
    client = client_of(make_user("view_picture", "delete_picture"))

    response = client.post(reverse("admin:news_picture_delete", args=[picture.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert Picture.objects.exists()


def test_the_picker_finds_pictures_without_accents():
    found, other = make_picture(alt="Cầu treo Khê Hạ"), make_picture(alt="Trường học")

    html = client_of(make_writer()).get(reverse("admin:news_picture_pick"), {"q": "cau treo"}).content.decode()

    assert found.file.url in html and other.file.url not in html


def test_the_picker_is_for_writers():
    assert client_of(make_user()).get(reverse("admin:news_picture_pick")).status_code == 403
