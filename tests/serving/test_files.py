"""Static files and uploads, served before Django."""

import gzip

import brotli
import pytest

from serving.files.layer import LARGEST_WHOLE, with_files
from tests.serving.pagecache_client import make_environ, send

STYLE = b".title { color: red; }\n" * 100
PHOTO = b"\0\1" * 500


@pytest.fixture
def files(settings, tmp_path):
    """The portal's files and a Django behind them that finds nothing."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    style = settings.STATIC_ROOT / "css" / "site.0123456789ab.css"
    style.parent.mkdir(parents=True)
    style.write_bytes(STYLE)
    style.with_name(style.name + ".br").write_bytes(brotli.compress(STYLE))
    style.with_name(style.name + ".gz").write_bytes(gzip.compress(STYLE))
    manifest = '{"version": "1.1", "paths": {"css/site.css": "css/site.0123456789ab.css"}, "hash": ""}'
    (settings.STATIC_ROOT / "staticfiles.json").write_text(manifest)
    (settings.STATIC_ROOT / "plain.txt").write_bytes(STYLE)
    (tmp_path / "secret-key").write_text("secret")
    media = settings.MEDIA_ROOT
    (media / "anh").mkdir(parents=True)
    (media / "anh" / "a-1f.webp").write_bytes(PHOTO)
    (media / "anh" / ".hidden").write_text("secret")
    (media / "tep").mkdir()
    (media / "tep" / "bao-cao-1f.docx").write_bytes(PHOTO)
    (media / "tep" / "nghi-quyet-1f.pdf").write_bytes(b"%PDF-" + b"\0" * LARGEST_WHOLE)

    def django(environ, start_response):
        start_response("404 Not Found", [])
        return [b"Django"]

    return with_files(django)


def ask(files, path, **headers):
    return send(files, make_environ(path, **headers))


@pytest.mark.parametrize(("coding", "decode"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_a_hashed_file_comes_compressed_and_is_kept_for_ever(files, coding, decode):
    answer = ask(files, "/static/css/site.0123456789ab.css", accept_encoding=coding)

    assert answer["Content-Encoding"] == coding
    assert decode(answer.body) == STYLE
    assert len(answer.body) == int(answer["Content-Length"]) < len(STYLE) / 5
    assert answer["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_file_without_a_hash_is_kept_for_a_minute(files):
    assert ask(files, "/static/plain.txt")["Cache-Control"] == "max-age=60, public"


def test_an_upload_is_kept_for_ever_and_may_do_nothing(files):
    answer = ask(files, "/media/anh/a-1f.webp")

    assert answer.body == PHOTO
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["Content-Disposition"] is None


def test_a_document_the_browser_cannot_show_is_saved_under_its_name(files):
    answer = ask(files, "/media/tep/bao-cao-1f.docx")

    assert answer["Content-Disposition"] == 'attachment; filename="bao-cao-1f.docx"'
    assert ask(files, "/media/tep/nghi-quyet-1f.pdf", method="HEAD")["Content-Disposition"] is None


PAGE = b"<!doctype html><script>alert(document.domain)</script>"
POLYGLOTS = {
    "anh.gif": b"GIF89a/*" + PAGE,
    "anh.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "trang.html": PAGE,
    "trang.xhtml": PAGE,
    "giay.pdf": PAGE + b"%PDF-1.7",
    "khong-duoi": PAGE,
    "anh.jpg.html": b"\xff\xd8\xff" + PAGE,
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_file_that_is_a_page_besides_is_never_a_page_of_the_portal(files, settings, name):
    (settings.MEDIA_ROOT / "tep" / name).write_bytes(POLYGLOTS[name])

    answer = ask(files, f"/media/tep/{name}", accept="text/html")

    policy = answer["Content-Security-Policy"]
    is_shown = name in {"anh.gif", "giay.pdf"}
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert policy.startswith("default-src 'none'") and "script" not in policy
    assert ("sandbox" in policy) == (name != "giay.pdf")  # its viewer does not start in a sandbox
    assert (answer["Content-Disposition"] is None) == is_shown
    assert not is_shown or answer["Content-Type"] in {"image/gif", "application/pdf"}


def test_what_is_small_is_handed_over_whole_and_only_a_large_file_is_streamed(files):
    small = files(make_environ("/media/anh/a-1f.webp"), lambda *_: None)
    large = files(make_environ("/media/tep/nghi-quyet-1f.pdf"), lambda *_: None)

    assert small == [PHOTO]
    assert not isinstance(large, list)
    large.close()


def test_a_part_of_a_file_can_be_asked_for(files):
    answer = ask(files, "/media/tep/nghi-quyet-1f.pdf", range="bytes=1-3")

    assert answer.code == 206
    assert answer.body == b"PDF"
    assert answer["Content-Range"] == f"bytes 1-3/{LARGEST_WHOLE + 5}"
    assert answer["Accept-Ranges"] == "bytes"


def test_a_known_file_is_not_sent_again(files):
    tag = ask(files, "/media/anh/a-1f.webp")["ETag"]

    answer = ask(files, "/media/anh/a-1f.webp", if_none_match=tag)

    assert (answer.code, answer.body) == (304, b"")


def test_head_tells_the_length_and_other_methods_are_refused(files):
    head = ask(files, "/media/anh/a-1f.webp", method="HEAD")

    assert (head.body, head["Content-Length"]) == (b"", str(len(PHOTO)))
    assert ask(files, "/media/anh/a-1f.webp", method="POST").code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/static/",
        "/static/css",
        "/static/khong-co.css",
        "/static/../secret-key",
        "/static/css/../../secret-key",
        "/media/",
        "/media/anh",
        "/media/khong-co.jpg",
        "/media/../secret-key",
        "/media/anh/../../secret-key",
        "/media//secret-key",
        "/media/..\\secret-key",
        "/media/anh/.hidden",
        "/media/\0",
        "/media/\xff\xfe",
        "/media/" + "a" * 5000,
    ],
)
def test_anything_else_is_left_to_django(files, path):
    assert ask(files, path).body == b"Django"
