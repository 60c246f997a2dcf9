"""A disk without room: a cause in words, and no half file."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from library.models import Document, Picture
from serving.outages import full_disk
from tests.news.factories import make_writer, picture_file

ROOM = 1_000_000  # bytes


@contextmanager
def little_room() -> Iterator[None]:
    """The system refuses to let a file of this process grow larger, as a disk without room does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def writer(client, db):
    client.force_login(make_writer(), backend="communes.work.MembershipBackend")
    return client


def stored_files(settings) -> list[str]:
    return [path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_file_that_finds_no_room_leaves_nothing(settings):
    with little_room(), pytest.raises(OSError, match="File too large"):
        default_storage.save("tep/lon.pdf", ContentFile(bytes(2 * ROOM)))

    assert stored_files(settings) == []


def test_a_picture_that_finds_no_room_is_refused_in_words(writer, settings, monkeypatch):
    monkeypatch.setattr("library.pictures.SAVE_OPTIONS", {"PNG": {"compress_level": 0}, "JPEG": {}, "WEBP": {}})
    with little_room():
        answer = writer.post(
            reverse("library:picture_upload"),
            {"upload": SimpleUploadedFile("anh.png", picture_file(size=(900, 700)))},
        )

    assert "Ổ đĩa của máy chủ đã đầy" in answer.json()["error"]["message"]
    assert not Picture.objects.everywhere().exists()
    assert stored_files(settings) == []


def test_an_upload_that_the_server_cannot_even_keep_is_refused_in_words(writer):
    writer.raise_request_exception = False
    with little_room():
        answer = writer.post(
            reverse("library:picture_upload"), {"upload": SimpleUploadedFile("lon.pdf", b"%PDF-" + bytes(3 * ROOM))}
        )

    assert answer.status_code == 507
    assert "Ổ đĩa đã đầy" in answer.content.decode()
    assert not Document.objects.everywhere().exists()


def test_a_save_that_finds_the_databases_disk_full_is_refused_in_words(client, db, monkeypatch):
    monkeypatch.setattr(full_disk, "_seen", float("-inf"))

    def no_space(request):
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$")

    monkeypatch.setattr("portal.views.render", lambda request, *args, **kwargs: no_space(request))
    client.raise_request_exception = False

    answer = client.get(reverse("portal:site_map"))

    assert answer.status_code == 507
    assert full_disk.is_full
