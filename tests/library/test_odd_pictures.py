"""Any file gives a stored picture or a sentence at the right field, at every entrance."""

from __future__ import annotations

import base64
import io
import re
import signal
import subprocess
import sys
from datetime import timedelta
from functools import cache

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageCms

from library import pictures, renditions, unreferenced_files
from library.models import Picture
from news.models import Article
from tests.communes.factories import first_commune, make_commune
from tests.news.factories import (
    make_article,
    make_category,
    make_editor,
    make_picture,
    make_user,
    make_writer,
    picture_file,
    upload,
)
from tests.news.test_admin import form_data
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db


def encoded(kind: str, mode: str = "RGB", size: tuple[int, int] = (60, 40), colour=None, **save) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour if colour is not None else 0).save(out, kind, **save)
    return out.getvalue()


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded("JPEG", exif=exif)


LAB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@cache
def taken() -> dict[str, bytes]:
    """Made once in a run, and only where they are looked at: a few take a while to paint."""
    return {
        "two pictures in one JPEG": moving("MPO"),
        "CMYK": encoded("JPEG", "CMYK"),
        "CMYK with a profile for something else": encoded("JPEG", "CMYK", icc_profile=SRGB_PROFILE),
        "a profile that is none": encoded("JPEG", icc_profile=b"none"),
        "a profile of another kind": encoded("JPEG", icc_profile=LAB_PROFILE),
        "16 bits of grey": encoded("PNG", "I;16", colour=40_000),
        "one bit": encoded("PNG", "1", colour=1),
        "grey with alpha and a profile": encoded("PNG", "LA", icc_profile=SRGB_PROFILE),
        "palette with a hole": encoded("PNG", "P", transparency=0),
        "palette with alphas": encoded("PNG", "P", colour=9, transparency=bytes(range(255))),
        "grey with a hole": encoded("PNG", "L", transparency=0),
        "16 bits of grey with a hole": encoded("PNG", "I;16", transparency=0),
        "moving GIF": moving("GIF"),
        "moving WebP": moving("WEBP"),
        "moving PNG": moving("PNG"),
        "moving AVIF": moving("AVIF"),
        "one pixel": encoded("PNG", size=(1, 1)),
        "a divider line": encoded("PNG", size=(100_000, 10)),
        "a thread": encoded("PNG", size=(10, 70_000)),
        "a tall infographic": encoded("JPEG", size=(800, 12_000)),
        "a long strip of WebP": encoded("WEBP", size=(500, 16_383)),
        "a long strip of JPEG": encoded("JPEG", size=(490, 40_000)),
        "turned": turned(6),
        "turned by an unknown number": turned(77),
        "broken metadata": encoded("JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff\x01"),
        "BMP": encoded("BMP"),
        "AVIF": encoded("AVIF"),
        "AVIF with alpha": encoded("AVIF", "RGBA", colour=(9, 9, 9, 90)),
        "HEIC": encoded("HEIF"),
        "HEIC with alpha": encoded("HEIF", "RGBA", colour=(9, 9, 9, 90)),
    }


@cache
def refused() -> dict[str, bytes]:
    whole = picture_file("JPEG", size=(300, 200))
    return {
        "cut off": whole[: len(whole) // 2],
        "PNG cut off": picture_file(size=(300, 200))[:90],
        "HEIC cut off": encoded("HEIF", size=(300, 200))[:-200],
        "WebP cut off": encoded("WEBP", size=(300, 200))[:60],
        "decompression bomb": encoded("PNG", "1", size=(40_000, 40_000)),
        "large bomb": encoded("PNG", "1", size=(9_000, 9_000)),
        "TIFF": encoded("TIFF"),
        "ICO": encoded("ICO"),
        "PDF": encoded("PDF"),
        "Photoshop": b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\x0a\0\0\0\x0a\0\x08\0\3" + bytes(60),
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "HTML": b"<html><script>alert(1)</script>",
        "zip": b"PK\3\4" + bytes(60),
        "video": bytes(4) + b"ftypisom" + bytes(60),
        "HEIC in name": b"\0\0\0\x18ftypheic" + bytes(60),
        "AVIF in name": b"\0\0\0\x18ftypavif" + bytes(60),
        "JPEG in name": b"\xff\xd8\xff\xe0" + bytes(60),
        "nothing but zeros": bytes(500),
    }


def add_article(client, **changes):
    return client.post(reverse("admin:news_article_add"), form_data(category=make_category().pk, **changes))


def through_editor(client, content):
    answer = client.post(reverse("library:picture_upload"), {"upload": upload(content, "anh.jpg")})
    assert answer.status_code == 200
    data = answer.json()
    return [] if data["uploaded"] else [("editor", data["error"]["message"])]


def through_cover(client, content):
    return errors(add_article(client, cover_file=upload(content, "anh.jpg"), cover_alt="x"))


def through_text(client, content):
    body = f'<p><img src="data:image/png;base64,{base64.b64encode(content).decode()}" alt="x"></p>'
    return errors(add_article(client, body=body))


def through_library(client, content):
    values = {"alt": "a", "focal_x": 0, "focal_y": 0, "upload": upload(content, "anh.jpg")}
    return errors(client.post(reverse("admin:library_picture_add"), values))


def through_replacement(client, content):
    values = {"alt": "a", "focal_x": 0, "focal_y": 0, "upload": upload(content, "anh.jpg")}
    return errors(client.post(reverse("admin:library_picture_change", args=[make_picture().pk]), values))


def errors(response) -> list[tuple[str, str]]:
    if response.status_code == 302:
        return []
    assert response.status_code == 200
    found = response.context["adminform"].form.errors
    return [(name, str(sentence)) for name, sentences in found.items() for sentence in sentences]


ENTRANCES = {
    "editor": through_editor,
    "cover_file": through_cover,
    "body": through_text,
    "upload": through_library,
    "upload of another file": through_replacement,
}


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_every_odd_picture_is_stored(entrance):
    client = client_of(make_editor())

    sent_back = {name: found for name, content in taken().items() if (found := ENTRANCES[entrance](client, content))}

    assert sent_back == {}
    for picture in Picture.objects.everywhere():
        with default_storage.open(picture.file.name) as file, Image.open(file) as image:
            assert image.size == (picture.width, picture.height)
            assert image.width <= pictures.MAX_WIDTH and "icc_profile" not in image.info
        for copy in renditions.names_of(picture.file.name, picture.width, picture.height):
            assert default_storage.exists(copy)


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_every_other_file_gives_a_vietnamese_sentence_at_its_field(entrance):
    client = client_of(make_editor())
    field = entrance.split(" ", maxsplit=1)[0]

    for name, content in refused().items():
        found = ENTRANCES[entrance](client, content)
        assert [where for where, _sentence in found] == [field], name
        assert re.search("Vui lòng|Hãy", found[0][1]), name
    assert not Article.objects.everywhere().exists()


def test_a_tall_infographic_keeps_its_width():
    clean = pictures.clean_picture(upload(taken()["a tall infographic"]))

    assert (clean.width, clean.height) == (800, 12_000)


def test_more_pixels_than_any_page_needs_are_shrunk_evenly(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_STORED_PIXELS", 60 * 40 // 4)

    clean = pictures.clean_picture(upload(picture_file(size=(60, 40))))

    assert (clean.width, clean.height) == (30, 20)


def test_colours_are_those_of_the_profile():
    """Red in a profile whose red and green are exchanged is green."""
    exchanged = bytearray(SRGB_PROFILE)
    red, green = exchanged.index(b"rXYZ"), exchanged.index(b"gXYZ")
    exchanged[red : red + 4], exchanged[green : green + 4] = b"gXYZ", b"rXYZ"

    for kind, mode, colour in (("JPEG", "RGB", (255, 0, 0)), ("PNG", "RGBA", (255, 0, 0, 90))):
        content = encoded(kind, mode, colour=colour, icc_profile=bytes(exchanged))
        with Image.open(io.BytesIO(pictures.clean_picture(upload(content)).content)) as image:
            red, green, blue = image.getpixel((5, 5))[:3]
            assert green > 220 and red < 60 and blue < 60


def test_16_bits_of_grey_are_scaled():
    clean = pictures.clean_picture(upload(taken()["16 bits of grey"]))

    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.convert("L").getpixel((0, 0)) == 40_000 // 257


def test_an_upload_is_recognised_only_by_those_who_may_see_the_library():
    content = picture_file()
    theirs = pictures.store_picture(upload(content), first_commune(), make_writer())
    stranger = make_user("add_picture")

    own = pictures.store_picture(upload(content), first_commune(), stranger)

    assert own != theirs and own.file.name != theirs.file.name
    assert pictures.store_picture(upload(content), first_commune(), stranger) == own
    assert pictures.store_picture(upload(content), first_commune(), make_writer()) == theirs
    assert theirs.digest[:8] not in theirs.file.name


def test_adding_what_is_in_the_library_changes_nothing_and_says_so():
    present = pictures.store_picture(upload(), first_commune(), make_writer(), alt="Cầu treo")

    found = through_library(client_of(make_editor()), picture_file())

    present.refresh_from_db()
    assert found == [("upload", "Ảnh này đã có trong thư viện.")]
    assert present.alt == "Cầu treo"


KILLED = """
import os, signal, sys
import django
from django.conf import settings
settings.configure(MEDIA_ROOT=sys.argv[1])
django.setup()
from django.core.files.base import ContentFile
from serving.files.whole_files import WholeFileStorage

class Cut(ContentFile):
    def chunks(self, chunk_size=None):
        yield b"half"
        os.kill(os.getpid(), signal.SIGKILL)

WholeFileStorage().save("anh/ab/x-60x40.png", Cut(b""))
"""


def test_a_process_killed_while_it_stores_leaves_no_half_file(settings):
    ended = subprocess.run([sys.executable, "-c", KILLED, str(settings.MEDIA_ROOT)], cwd=settings.BASE_DIR, check=False)

    files = [path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert ended.returncode == -signal.SIGKILL
    assert len(files) == 1 and files[0].startswith(".part-")
    assert default_storage.save("anh/ab/x-60x40.png", upload()) == "anh/ab/x-60x40.png"
    assert unreferenced_files.remove_unreferenced_files(timezone.now() + timedelta(days=2)) == 2


def test_upkeep_removes_what_nothing_refers_to_after_a_day():
    picture = pictures.store_picture(upload(picture_file("JPEG", size=(1000, 500))), first_commune(), None)
    gone = pictures.store_picture(upload(picture_file("JPEG", size=(1000, 500), colour="green")), first_commune(), None)
    earlier = pictures.store_picture(upload(picture_file(colour="blue")), first_commune(), None)
    make_article(body=f'<p><img src="{earlier.file.url}" alt="x"></p>')
    Picture.objects.everywhere().exclude(pk=picture.pk).delete()
    lost = [gone.file.name, *renditions.names_of(gone.file.name, gone.width, gone.height)]
    now = timezone.now()

    assert unreferenced_files.remove_unreferenced_files(now) == 0
    assert sorted(unreferenced_files.unreferenced_files(now + timedelta(days=2))) == sorted(lost)
    assert unreferenced_files.remove_unreferenced_files(now + timedelta(days=2)) == len(lost) == 5
    call_command("library_remove_files")

    assert not any(default_storage.exists(name) for name in lost)
    kept = [earlier.file.name, picture.file.name, *renditions.names_of(picture.file.name, 1000, 500)]
    assert all(default_storage.exists(name) for name in kept)


def test_upkeep_knows_the_folders_of_communes_and_the_one_before_them():
    later = timezone.now() + timedelta(days=2)
    assert unreferenced_files.unreferenced_files(later) == []  # before there is any file
    picture, elsewhere = make_picture(), make_picture(make_commune())
    lost = ["anh/ab/x-60x40.png", "tep/x.pdf", "xa-da-giai-the/anh/ab/x-60x40.png", "xa-da-giai-the/tep/x.pdf"]
    named = ["anh/ab/y-60x40.png", "xa-da-giai-the/anh/ab/y-60x40.png", "khac/x.txt"]
    for name in (*lost, *named):
        default_storage.save(name, upload())
    make_article(body="".join(f'<p><img src="/media/{name}" alt="x"></p>' for name in named))

    assert sorted(unreferenced_files.unreferenced_files(later)) == lost
    assert picture.file.name != elsewhere.file.name


def test_upkeep_stops_where_most_files_would_go(monkeypatch):
    monkeypatch.setattr(unreferenced_files, "SUSPICIOUS_COUNT", 1)
    for number in range(3):
        default_storage.save(f"tep/{number}.pdf", SimpleUploadedFile("a.pdf", b"%PDF-"))

    with pytest.raises(unreferenced_files.SuspiciousSweepError):
        unreferenced_files.remove_unreferenced_files(timezone.now() + timedelta(days=2))

    assert default_storage.exists("tep/0.pdf")


def test_pictures_stored_under_a_lengthened_name_are_offered_in_their_copies():
    html = renditions.in_text('<p><img alt="x" src="/media/anh/ab/c-1000x500_Ab1xY9z.jpg"></p>')

    assert "/media/anh/ab/c-1000x500_Ab1xY9z-480.avif 480w" in html
