"""Own video and sound: recognised by content, played in a text by the browser, sent in parts."""

from __future__ import annotations

import io
import struct
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from library.intake import mp3 as mp3_reader
from library.intake import mp4 as mp4_reader
from library.models import Recording
from library.recordings.storing import add_recording
from serving.files.layer import LARGEST_WHOLE, with_files
from tests.communes.factories import first_commune, make_commune
from tests.news.factories import make_article, make_picture, make_user
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db

RIGHTS = ("view_recording", "add_recording", "change_recording", "delete_recording", "view_picture", "delete_picture")


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


# Of a track that is shown as it is, and of one that is turned to the right (ISO/IEC 14496-12, 8.3.2).
LYING = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
UPRIGHT = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 360 << 16, 0, 1 << 30)


def track(handler: bytes, codec: bytes, matrix: bytes = LYING) -> bytes:
    size = struct.pack(">II", 640 << 16, 360 << 16) if handler == b"vide" else bytes(8)
    description = box(b"stbl", box(b"stsd", bytes(4), struct.pack(">I", 1), box(codec)))
    return box(
        b"trak",
        box(b"tkhd", bytes(40), matrix, size),
        box(b"mdia", box(b"hdlr", bytes(8), handler), box(b"minf", description)),
    )


def mp4(*tracks: bytes, words: bytes = b"", duration: int = 65_000) -> bytes:
    head = box(b"mvhd", bytes(12), struct.pack(">II", 1000, duration))
    place = box(b"udta", box(b"\xa9xyz", words)) if words else b""
    return box(b"ftyp", b"isom") + box(b"moov", head, *tracks, place) + box(b"mdat", bytes(64)) + (place and XMP)


XMP = struct.pack(">I4sQ", 1, b"uuid", 16 + 16 + 30) + bytes(16) + b"<exif:GPSLatitude>20.9</exif>.."[:30]


VIDEO = mp4(track(b"vide", b"avc1"), track(b"soun", b"mp4a"), words=b"+20.9,+105.6/")
FRAME = b"\xff\xfb\x90\x00".ljust(417, b"\0")  # 128 kbit/s, 44.1 kHz: 26 ms of silence


def sound(frames: int = 100, begin: bytes = b"ID3\x04\0\0\0\0\0\x02xx") -> bytes:
    return begin + FRAME * frames


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_video_and_sound_are_known_by_their_content_and_lose_the_place_they_were_made(monkeypatch):
    monkeypatch.setattr(mp3_reader, "MOST_FRAMES", 10_000)
    commune = first_commune()
    video = add_recording(file("Lễ hội.mp4", VIDEO), commune, None)
    heard = add_recording(file("tin.mp3", sound()), commune, None)

    assert (video.title, video.kind, video.length, video.width, video.height) == ("Lễ hội", "MP4", "1:05", 640, 360)
    assert (heard.kind, heard.length) == ("MP3", "0:03")
    with video.file.open() as stored:
        content = stored.read()
    assert len(content) == len(VIDEO)
    assert not [word for word in (b"udta", b"uuid", b"xyz", b"+20.9", b"GPSLatitude") if word in content]
    for name, content, reason in (
        ("a.mp4", sound(), "MP4"),
        ("a.mp4", mp4(track(b"soun", b"mp4a")), "MP4"),
        ("a.mp4", mp4(track(b"vide", b"hvc1")), "H.264"),
        ("a.mp4", VIDEO[:-10], "hỏng"),
        ("a.mp3", VIDEO, "MP3"),
        ("a.mp3", sound(5), "MP3"),
        ("a.webm", VIDEO, "MP4"),
        ("a.mp4", mp4(track(b"vide", b"avc1"), track(b"meta", b"gpmd")), "gpmd"),  # a place for every second
        ("a.mp4", VIDEO + box(b"free") * mp4_reader.MOST_BOXES, "hỏng"),
        ("a.mp4", VIDEO[:12] + struct.pack(">I4sQ", 1, b"free", 0) + VIDEO[12:], "hỏng"),
        ("a.mp3", sound(10_001), "hỏng"),
        ("b.mp4", VIDEO, "đã có"),
    ):
        with pytest.raises(ValidationError) as refusal:
            add_recording(file(name, content), commune, None)
        assert reason in refusal.value.messages[0], (name, refusal.value.messages)
    assert Recording.objects.everywhere().count() == 2


def test_a_video_has_the_size_and_the_length_it_is_played_with():
    chapters = track(b"text", b"tx3g")
    shown = [
        mp4_reader.read_mp4(io.BytesIO(content), len(content))
        for content in (
            mp4(track(b"vide", b"avc1", UPRIGHT), track(b"soun", b"mp4a")),
            mp4(chapters, track(b"vide", b"avc1"), duration=2**32 - 1),  # nobody knows how long
        )
    ]

    assert [(one.width, one.height, one.seconds) for one in shown] == [(360, 640, 65), (640, 360, 0)]


def test_a_text_plays_the_recordings_of_its_commune_and_costs_others_no_query(client):
    poster = make_picture()
    video = add_recording(
        file("a.mp4", VIDEO), first_commune(), None, title="Lễ hội", poster=poster, transcript="Xin <chào>\n\nbà con"
    )
    strange = add_recording(file("a.mp4", VIDEO), make_commune("xa-khac.example"), None)
    link = '<p class="recording"><a href="{}">Lễ hội</a></p>'
    plain = make_article(body="<p>Chữ.</p>")
    article = make_article(body=link.format(video.file.url) + link.format(strange.file.url))

    page = client.get(article.get_absolute_url()).text

    assert page.count("<video controls") == 1 and f'poster="{poster.file.url}"' in page
    assert "<p>Xin &lt;chào&gt;</p>" in page and "<p>bà con</p>" in page and "(MP4, 1:05" in page
    assert f'<p class="recording"><a href="{strange.file.url}">' in page
    asked = []
    for one in (article, plain):
        with CaptureQueriesContext(connection) as queries:
            client.get(one.get_absolute_url())
        asked.append(sum("library_recording" in query["sql"] for query in queries))
    assert asked == [1, 0]
    manager = client_of(make_user(*RIGHTS, "change_article", "view_article"))
    used = manager.get(reverse("admin:library_recording_change", args=[video.pk])).text
    assert article.title in used
    for kind, row in (("recording", video), ("picture", poster)):  # shown by a text; the poster of a video
        manager.post(reverse(f"admin:library_{kind}_delete", args=[row.pk]), {"reason": "Cũ"})
        assert type(row).objects.everywhere().filter(pk=row.pk).exists()


def test_an_editor_brings_one_in_is_told_of_the_transcript_and_finds_it_for_the_text(settings):
    client, address = client_of(make_user(*RIGHTS)), reverse("admin:library_recording_add")
    settings.RECORDING_MB = 1

    large = client.post(address, {"title": "Dài", "upload": file("a.mp3", sound(3000))}).text
    answer = client.post(address, {"title": "Bản tin sáng", "upload": file("a.mp3", sound())}, follow=True).text
    picker = client.get(reverse("admin:library_recording_pick"), {"q": "ban tin", "cho": "id_body"}).text

    assert "lớn hơn 1 MB" in large and "chưa có nội dung bằng chữ" in answer
    recording = Recording.objects.everywhere().get()
    assert f'data-url="{recording.file.url}"' in picker
    assert client_of(make_user()).get(reverse("admin:library_recording_pick")).status_code == 403


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [("", 200, None), ("bytes=0-", 206, LARGEST_WHOLE), ("bytes=100-199", 206, 100), ("bytes=9999999-", 416, 0)],
)
def test_parts_are_sent_from_memory_however_much_a_player_asks_for(asked, status, length):
    recording = add_recording(file("a.mp3", sound(4000)), first_commune(), None)
    start_response = mock.Mock()
    environ = {"PATH_INFO": recording.file.url, "REQUEST_METHOD": "GET"} | ({"HTTP_RANGE": asked} if asked else {})

    body = b"".join(with_files(mock.Mock())(environ, start_response))

    answered, headers = start_response.call_args.args
    headers = dict(headers)
    assert answered.startswith(str(status))
    assert len(body) == (recording.size if length is None else length)
    if status == 206:
        begin = int(asked.removeprefix("bytes=").split("-")[0])
        assert headers["Content-Range"] == f"bytes {begin}-{begin + length - 1}/{recording.size}"
        assert headers["Content-Type"] == "audio/mpeg" and headers["Accept-Ranges"] == "bytes"
