"""Room for files: each commune has its own, and is told in words when it is used up."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.urls import reverse

from library.documents import replace_document, store_document
from library.intake import quota
from library.models import Document, Picture, Recording
from library.pictures import store_picture
from library.recordings.storing import add_recording
from tests.communes.factories import first_commune, make_commune
from tests.library.test_recordings import file, sound
from tests.news.factories import make_editor, picture_file, upload
from tests.waiting import LONG

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 "


@pytest.fixture
def small(monkeypatch):
    """A gigabyte of ten thousand bytes."""
    monkeypatch.setattr(quota, "GIGABYTE", 10_000)


def store(size: int, commune=None) -> Document:
    return store_document(upload(PDF.ljust(size, b"x"), "a.pdf"), commune or first_commune(), None)


def test_a_picture_counts_with_its_copies():
    commune = first_commune()
    picture = store_picture(upload(picture_file("JPEG", size=(1200, 700))), commune, None)
    names = [
        picture.file.name,
        *(
            source.rsplit("/media/")[1].split(" ")[0]
            for _, sources in picture.sources
            for source in sources.split(", ")
        ),
    ]

    assert picture.size == sum(picture.file.storage.size(name) for name in names)
    assert quota.used_by(commune) == picture.size
    assert quota.used_by(make_commune("xa-khac.example")) == 0


def test_without_a_limit_nothing_is_refused(small):
    assert quota.limit_of(first_commune()) == 0
    assert store(50_000).size == 50_000


def test_a_commune_uses_its_own_room_and_not_that_of_others(small, settings):
    settings.COMMUNE_STORAGE_GB = 1
    here, there = first_commune(), make_commune("xa-khac.example")
    store(9_000)

    with pytest.raises(ValidationError, match="đã đầy"):
        store(1_500)
    assert store(1_500, there).size == 1_500
    here.storage_limit = 2
    here.save()
    assert store_document(upload(PDF.ljust(1_500, b"y"), "b.pdf"), here, None).size == 1_500


def test_a_file_may_take_the_place_of_one_in_a_full_library(small, settings):
    settings.COMMUNE_STORAGE_GB = 1
    document = store(9_000)

    replace_document(document, upload(PDF.ljust(9_500, b"y"), "b.pdf"))

    assert quota.used_by(first_commune()) == 9_500


def a_document(letter: str) -> Document:
    return store_document(upload(PDF.ljust(6_000, letter.encode()), "a.pdf"), first_commune(), None)


def a_recording(letter: str) -> Recording:
    return add_recording(file(f"{letter}.mp3", sound(frames=14) + letter.encode()), first_commune(), None)


@pytest.mark.parametrize("add", [a_document, a_recording])
@pytest.mark.django_db(transaction=True)
def test_of_two_uploads_that_both_find_the_last_room_free_one_is_refused(small, settings, monkeypatch, add):
    settings.COMMUNE_STORAGE_GB = 1
    commune, both = first_commune(), threading.Barrier(2, timeout=LONG)
    refusal_of = quota.refusal_of
    monkeypatch.setattr(quota, "refusal_of", lambda *asked, **more: (refusal_of(*asked, **more), both.wait())[0])

    def send(letter: str) -> int | str:
        try:
            return add(letter).size
        except ValidationError as error:
            return error.message
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as uploading:
        one, two = uploading.map(send, "xy")

    assert sorted(map(type, (one, two)), key=str) == [int, str]
    assert "đã đầy" in {type(answer): answer for answer in (one, two)}[str]
    size = next(answer for answer in (one, two) if isinstance(answer, int))
    assert 5_000 < size == quota.used_by(commune)
    assert [path.stat().st_size for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == [size]


def test_the_editor_is_told_in_words_and_sees_the_room(small, settings, client):
    settings.COMMUNE_STORAGE_GB = 1
    store(9_990)
    client.force_login(make_editor())

    answer = client.post(reverse("library:picture_upload"), {"upload": upload(picture_file())}).json()
    page = client.get(reverse("admin:library_picture_changelist")).text

    assert answer["uploaded"] == 0 and "đã đầy" in answer["error"]["message"]
    assert not Picture.objects.everywhere().exists()
    assert quota.in_words(first_commune()) in page
