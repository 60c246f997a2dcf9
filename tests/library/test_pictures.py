from __future__ import annotations

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from library import pictures, renditions
from library.models import Picture
from news.drafts import autosaves
from news.models import Autosave, Revision
from news.newsroom.uses import articles_using
from news.public.views import article_detail
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_editor, make_picture, make_user, make_writer, picture_file, upload
from tests.news.test_pages import queries_of
from tests.news.test_revisions import client_of, propose

pytestmark = pytest.mark.django_db


def large(colour: str = "navy") -> ContentFile:
    return ContentFile(picture_file("JPEG", size=(1000, 500), colour=colour), name="a.jpg")


def test_makes_smaller_copies_in_light_formats_and_never_enlarges():
    picture = pictures.store_picture(large(), first_commune(), None, alt="x")

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
    article = make_article(cover=pictures.store_picture(large(), first_commune(), None), cover_alt="Cầu")

    html = client.get(article.get_absolute_url()).content.decode()

    assert '<source type="image/avif" srcset="/media/cong-thong-tin-dien-tu/anh/' in html
    assert 'alt="Cầu" width="1000" height="500"' in html


def test_replacing_a_file_changes_every_text_that_shows_it(django_capture_on_commit_callbacks):
    picture = pictures.store_picture(large(), first_commune(), None, alt="x")
    old = picture.file.url
    article = make_article(body=f'<p><img src="{old}" alt="x"></p>')
    other = make_article(body="<p>khác</p>")

    with django_capture_on_commit_callbacks(execute=True):
        pictures.replace_file(picture, large("green"))

    article.refresh_from_db()
    picture.refresh_from_db()
    assert picture.file.url != old
    assert picture.file.url in article.body and old not in article.body
    assert list(articles_using(picture)) == [article]
    assert not default_storage.exists(old.removeprefix("/media/"))
    assert other not in articles_using(picture)


def test_replacing_a_file_reaches_waiting_changes_old_texts_and_unsaved_work():
    picture = pictures.store_picture(large(), first_commune(), None, alt="x")
    body = f'<p><img src="{picture.file.url}" alt="x"></p>'
    author = make_writer()
    article = make_article(author=author, body=body)
    propose(article, author, title="Tên mới")
    autosaves.keep(author, article, {"title": "Dở dang", "body": body}, 1)

    pictures.replace_file(picture, large("green"))

    texts = [
        *Revision.objects.values_list("content", flat=True),
        *Autosave.objects.everywhere().values_list("content", flat=True),
    ]
    assert len(texts) == 3
    assert all(f'src="{picture.file.url}"' in text["body"] for text in texts)


def test_pictures_in_the_text_are_offered_in_light_formats_and_fitting_sizes(client):
    picture = pictures.store_picture(large(), first_commune(), None)
    article = make_article(body=f'<p>Một</p><p><img alt="Cầu" src="{picture.file.url}"></p>')

    html = client.get(article.get_absolute_url()).content.decode()

    base = picture.file.url.removesuffix(".jpg")
    assert (
        f'<picture><source type="image/avif" srcset="{base}-480.avif 480w, {base}-960.avif 960w"'
        ' sizes="(max-width: 800px) 100vw, 800px">' in html
    )
    assert f'<source type="image/webp" srcset="{base}-480.webp 480w, {base}-960.webp 960w"' in html
    assert f'<img alt="Cầu" src="{picture.file.url}" decoding="async" width="1000" height="500"></picture>' in html
    for address in re.findall(r"\S+-\d+\.(?:avif|webp)", " ".join(re.findall(r'srcset="([^"]+)"', html))):
        assert default_storage.exists(address.removeprefix(default_storage.url("")))


def test_a_picture_made_small_in_the_editor_asks_for_a_small_copy(client):
    picture = pictures.store_picture(large(), first_commune(), None)
    article = make_article(body=f'<p><img alt="x" height="150" src="{picture.file.url}" width="300"></p>')

    html = client.get(article.get_absolute_url()).content.decode()

    assert 'sizes="(max-width: 300px) 100vw, 300px"' in html
    assert html.count('width="300"') == 1 and 'width="1000"' not in html


@pytest.mark.parametrize(
    "body",
    [
        "<p>không ảnh</p>",
        '<p><img src="/media/anh/cu.jpg" alt="x"></p>',
        '<p><a href="/media/anh/ab/x-900x600.jpg">&lt;img src="/media/a-900x600.jpg"&gt;</a></p>',
    ],
)
def test_what_is_no_picture_of_the_library_stays_as_it_is(body):
    assert renditions.in_text(body) == body


def test_the_text_itself_keeps_plain_pictures_for_editor_feed_and_saved_page(client):
    picture = pictures.store_picture(large(), first_commune(), None)
    article = make_article(body=f'<p><img src="{picture.file.url}" alt="x"></p>')

    form = client_of(make_editor()).get(reverse("admin:news_article_change", args=[article.pk])).content.decode()
    saved = client.get(f"{article.get_absolute_url()}luu/").content.decode()

    for html in (article.body, form.split("cover")[0], saved):
        assert "srcset" not in html and "<picture" not in html
    assert saved.count("data:image/jpeg;base64,") == 1


@pytest.mark.parametrize(("is_below", "lazy"), [(False, 1), (True, 2)])
def test_pictures_below_the_first_wait_until_the_reader_comes(is_below, lazy):
    picture = pictures.store_picture(large(), first_commune(), None)
    article = make_article(body=f'<p><img src="{picture.file.url}" alt="x"></p>' * 2)

    assert renditions.in_text(article.body, is_below=is_below).count('loading="lazy"') == lazy


def test_pictures_in_the_text_cost_the_page_no_query():
    plain = make_article()
    rich = make_article(body="".join(f'<p><img src="{make_picture().file.url}" alt="x"></p>' for _ in range(3)))

    def count(article) -> int:
        kwargs = {"category_slug": article.category.slug, "slug": article.slug, "pk": article.pk}
        return len(queries_of(article_detail, article.get_absolute_url(), **kwargs))

    assert count(rich) == count(plain)


def test_a_picture_that_a_waiting_change_shows_counts_as_used():
    picture = make_picture()
    author = make_writer()
    article = make_article(author=author)
    propose(article, author, cover=picture, cover_alt="Cầu")

    assert list(articles_using(picture)) == [article]


def test_a_picture_cannot_be_replaced_by_another_of_the_library():
    first, second = (
        pictures.store_picture(large(), first_commune(), None),
        pictures.store_picture(large("green"), first_commune(), None),
    )

    with pytest.raises(pictures.PictureError):
        pictures.replace_file(first, large("green"))

    first.refresh_from_db()
    assert default_storage.exists(first.file.name) and default_storage.exists(second.file.name)


def test_admin_lists_where_a_picture_is_used_and_replaces_it():
    picture = pictures.store_picture(large(), first_commune(), None, alt="Cầu treo")
    article = make_article(cover=picture, cover_alt="x", title="Bài có ảnh")
    client = client_of(make_editor())
    address = reverse("admin:library_picture_change", args=[picture.pk])

    assert article.title in client.get(address).content.decode()
    client.post(
        address, {"alt": "Cầu mới", "upload": upload(picture_file(colour="blue")), "focal_x": 0, "focal_y": 100}
    )

    old_name, changed = picture.file.name, Picture.objects.everywhere().get()
    assert (changed.alt, changed.focus) == ("Cầu mới", "focus-x-0 focus-y-100")
    assert changed.file.name != old_name


def test_a_used_picture_cannot_be_deleted():
    picture = make_picture()
    make_article(body=f'<p><img src="{picture.file.url}" alt="x"></p>')
    client = client_of(make_user("view_picture", "delete_picture"))

    client.post(reverse("admin:library_picture_delete", args=[picture.pk]), {"reason": "Mờ"})

    assert Picture.objects.everywhere().exists()


def test_the_picker_finds_pictures_without_accents():
    found, other = make_picture(alt="Cầu treo Khê Hạ"), make_picture(alt="Trường học")

    html = client_of(make_writer()).get(reverse("admin:library_picture_pick"), {"q": "cau treo"}).content.decode()

    assert found.file.url in html and other.file.url not in html


def test_the_picker_is_for_writers():
    assert client_of(make_user()).get(reverse("admin:library_picture_pick")).status_code == 403
