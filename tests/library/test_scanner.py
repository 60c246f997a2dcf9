"""Uploads meet a malware scanner: a small clamd that knows one word."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from library.documents import store_document
from library.models import Document, Picture
from operation import selftest
from tests.communes.factories import first_commune
from tests.news.factories import make_user, picture_file, upload
from upkeep.checks import Verdict

pytestmark = pytest.mark.django_db

MALWARE = b"MALWARE-FOR-A-TEST"
PDF = b"%PDF-1.7 an"


class Clamd(socketserver.StreamRequestHandler):
    """INSTREAM and VERSION as clamd(8) describes them."""

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(b"ClamAV 1.4.3/27800/Thu Nov 26 09:00:00 2026\0")
            return
        assert command == b"zINSTREAM\0"
        seen = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            seen += self.rfile.read(size)
        self.server.seen.append(len(seen))  # type: ignore[attr-defined]
        if len(seen) > 1024 * 1024:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        elif MALWARE in seen:
            self.wfile.write(b"stream: Test.Malware-1 FOUND\0")
        else:
            self.wfile.write(b"stream: OK\0")


@pytest.fixture
def clamd(tmp_path: Path, settings) -> Iterator[socketserver.ThreadingUnixStreamServer]:
    path = tmp_path / "clamd.ctl"
    with socketserver.ThreadingUnixStreamServer(str(path), Clamd) as server:
        server.seen = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        settings.MALWARE_SCANNER = f"unix:{path}"
        yield server
        server.shutdown()
        thread.join()


def store(content: bytes) -> Document:
    return store_document(upload(content, "a.pdf"), first_commune(), None)


def test_what_is_clean_is_stored_and_was_looked_at_whole(clamd):
    content = PDF + b"x" * 200_000

    assert store(content).size == len(content)
    assert clamd.seen == [len(content)]


def test_what_is_infected_is_refused_at_the_field(clamd, client):
    client.force_login(make_user("add_document", "view_document", "add_picture"))

    page = client.post(
        reverse("admin:library_document_add"),
        {"title": "Tờ khai", "tags": "", "upload": upload(PDF + MALWARE, "a.pdf")},
    )

    assert "Test.Malware-1" in str(page.context["adminform"].form.errors["upload"])
    assert not Document.objects.everywhere().exists()


def test_a_picture_is_looked_at_as_it_came(clamd, client):
    client.force_login(make_user("add_document", "view_document", "add_picture"))

    answer = client.post(reverse("library:picture_upload"), {"upload": upload(picture_file() + MALWARE)})

    assert answer.json()["uploaded"] == 0
    assert "Test.Malware-1" in answer.json()["error"]["message"]
    assert not Picture.objects.everywhere().exists()


@pytest.mark.parametrize("content", [PDF, PDF + b"x" * 1024 * 1024], ids=["away", "too large for it"])
def test_a_file_that_was_not_looked_at_is_refused_unless_the_operator_says_so(clamd, settings, content):
    if content == PDF:
        settings.MALWARE_SCANNER = "tcp:127.0.0.1:1"
    with pytest.raises(ValidationError, match="mã độc"):
        store(content)
    settings.MALWARE_SCANNER_AWAY = "accept"

    assert store(content).size == len(content)


def test_the_self_test_says_whether_anybody_looks(clamd, settings):
    there = selftest.malware_scanner()
    settings.MALWARE_SCANNER = "tcp:127.0.0.1:1"
    away = selftest.malware_scanner()
    settings.MALWARE_SCANNER = ""
    none = selftest.malware_scanner()

    assert (there.verdict, away.verdict, none.verdict) == (Verdict.GOOD, Verdict.BAD, Verdict.NOTICE)
    assert "ClamAV 1.4.3" in there.text and "127.0.0.1:1" in away.text
