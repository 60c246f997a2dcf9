from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from library import pictures
from library.models import Picture
from tests.news.factories import make_user, make_writer, picture_file, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer_client(client):
    client.force_login(make_writer(), backend="communes.work.MembershipBackend")
    return client


def send(client, content: bytes, name: str = "anh.png"):
    return client.post(reverse("library:picture_upload"), {"upload": SimpleUploadedFile(name, content)})


def test_stores_a_picture_under_a_hashed_name(writer_client):
    response = send(writer_client, picture_file("JPEG"), "Ảnh của tôi.jpg")

    data = response.json()
    picture = Picture.objects.everywhere().get()
    assert data["uploaded"] == 1
    assert data["url"] == picture.file.url
    assert "toi" not in data["url"]
    assert (picture.width, picture.height) == (60, 40)


def test_recognises_the_same_file(writer_client):
    first = send(writer_client, picture_file()).json()
    second = send(writer_client, picture_file(), "khac.png").json()

    assert first["url"] == second["url"]
    assert Picture.objects.everywhere().count() == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF", "HEIF"])
def test_accepts_the_usual_formats(writer_client, kind):
    answer = send(writer_client, picture_file(kind)).json()

    assert (answer["uploaded"], answer["width"], answer["height"]) == (1, 60, 40)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture_file()[:60],
        picture_file("TIFF"),
        b"GIF89a",
    ],
)
def test_refuses_what_is_no_picture_with_a_sentence(writer_client, content):
    response = send(writer_client, content)

    assert response.status_code == 200  # of any other status the editor shows the number
    assert response.json()["uploaded"] == 0
    assert response.json()["error"]["message"]
    assert not Picture.objects.everywhere().exists()


def test_refuses_too_large_files_and_pixel_bombs(writer_client, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS", 1000)
    assert send(writer_client, picture_file(size=(60, 40))).json()["uploaded"] == 0

    monkeypatch.setattr(pictures, "MAX_BYTES", 10)
    assert send(writer_client, picture_file(size=(10, 10))).json()["uploaded"] == 0


def test_removes_the_place_and_turns_the_picture_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate 90°
    exif[0x8825] = {1: "N", 2: (20.0, 0.0, 0.0)}

    clean = pictures.clean_picture(upload(picture_file("JPEG", size=(60, 40), exif=exif)))

    image = Image.open(io.BytesIO(clean.content))
    assert image.size == (40, 60)
    assert not image.getexif()
    assert b"Exif" not in clean.content


def test_shrinks_what_is_larger_than_any_page(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_WIDTH", 30)

    clean = pictures.clean_picture(upload(picture_file(size=(60, 40))))

    assert (clean.width, clean.height) == (30, 20)


def test_keeps_the_first_frame_of_an_animation():
    out = io.BytesIO()
    Image.new("RGB", (5, 5), "red").save(
        out, "GIF", save_all=True, append_images=[Image.new("RGB", (5, 5), "blue")], duration=100
    )

    clean = pictures.clean_picture(upload(out.getvalue(), "a.gif"))

    assert clean.extension == "png"
    assert getattr(Image.open(io.BytesIO(clean.content)), "n_frames", 1) == 1


def test_only_staff_who_write_may_upload(client):
    assert send(client, picture_file()).status_code == 403
    for user in (make_user(), make_writer(is_staff=False)):
        client.force_login(user, backend="communes.work.MembershipBackend")
        assert send(client, picture_file()).status_code == 403
    assert not Picture.objects.everywhere().exists()


def test_checks_the_csrf_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_writer(), backend="communes.work.MembershipBackend")

    assert send(client, picture_file()).status_code == 403


def test_takes_only_posts_with_a_file(writer_client):
    assert writer_client.get(reverse("library:picture_upload")).status_code == 405
    assert writer_client.post(reverse("library:picture_upload")).json()["uploaded"] == 0
