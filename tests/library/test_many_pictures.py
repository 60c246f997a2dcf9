"""Several pictures at once: one page for the files and for the words of each."""

from __future__ import annotations

import pytest
from django.urls import reverse

from library import renditions
from library.models import Picture
from news.newsroom.uses import articles_using
from tests.news.factories import make_article, make_picture, make_writer, picture_file, upload
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db


def test_a_bad_file_is_named_and_costs_the_others_nothing():
    writer = make_writer()
    client, address = client_of(writer), reverse("admin:library_picture_add_many")
    files = [
        upload(picture_file(colour="red"), "Lễ khai giảng.png"),
        upload(b"no picture", "thư.png"),
        upload(picture_file("JPEG", colour="blue"), r"C:\anh\Cầu treo.jpg"),
    ]

    first = client.post(address, {"uploads": files})
    red, blue = Picture.objects.everywhere().order_by("id")
    # As the page's form sends it: the words of every row, a credit for all, no file.
    sent = {"picture": [red.pk, blue.pk], f"{red.pk}-alt": "Học sinh xếp hàng", f"{red.pk}-caption": "Sáng 5/9"}
    half = client.post(address, sent | {"credit_for_all": "Ảnh: Thu Hà", "_save": "1"})
    whole = client.post(address, sent | {f"{blue.pk}-is_decorative": "on", "_save": "1"})

    assert [name for name, _reason in first.context["refusals"]] == ["thư.png"]
    assert "JPEG, PNG, WebP" in first.context["refusals"][0][1] and "thư.png" in first.text
    assert (red.filename, blue.filename) == ("Lễ khai giảng.png", "Cầu treo.jpg")
    assert [form.errors.keys() for form in half.context["forms"]] == [set(), {"alt"}]
    red.refresh_from_db()
    assert (red.alt, red.caption) == ("Học sinh xếp hàng", "Sáng 5/9")
    assert half.context["forms"][0].instance.credit == "Ảnh: Thu Hà"
    assert whole.url == reverse("admin:library_picture_changelist")
    assert "Lễ khai giảng.png" in client.get(whole.url, {"q": "le khai giang"}).text


def test_an_album_keeps_what_was_chosen_over_search_and_is_cropped_pictures_that_lead_to_the_whole_ones():
    first, second = (make_picture(alt=alt) for alt in ("Cầu treo", "Trường học"))
    body = (
        f'<figure class="album"><figure class="image"><img src="{first.file.url}" alt="Cầu treo"><figcaption>Cầu</figcaption>'
        f'</figure><figure class="image"><a href="/x/"><img src="{second.file.url}" alt="Trường học"></a></figure></figure>'
        f'<p><img src="{first.file.url}" alt=""></p>'
    )

    picker = client_of(make_writer()).get(
        reverse("admin:library_picture_pick"),
        {"cho": "id_body", "nhieu": "1", "q": "truong", "anh": [first.pk, "x", "9" * 30]},
    )
    shown = renditions.in_text(body)

    assert picker.context["chosen"] == [first] and list(picker.context["page"]) == [second]
    assert picker.text.count(" checked") == 1
    assert shown.count(f'<a href="{first.file.url}">') == 1  # not the one below the album
    assert shown.count('<a href="/x/">') == 1 and shown.count("<a ") == 2
    assert shown.count('width="60"') == 3
    article = make_article(body=body)
    assert set(articles_using(second)) == {article} and renditions.in_text(article.body).count('class="album"') == 1


def test_words_are_written_for_own_pictures_only():
    writer = make_writer()
    writer.user_permissions.remove(*writer.user_permissions.filter(codename="change_picture"))
    strange = make_picture(alt="")

    page = client_of(writer).post(
        reverse("admin:library_picture_add_many"),
        {"picture": [strange.pk, "9" * 30], f"{strange.pk}-alt": "Đổi", "_save": "1"},
    )

    strange.refresh_from_db()
    assert strange.alt == "" and not page.context["forms"]
