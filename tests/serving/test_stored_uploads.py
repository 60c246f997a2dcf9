"""Uploads in an S3-compatible store are answered as those on the disk are."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from library.models import Picture
from library.pictures import PictureError, store_picture
from portal.operation import backups, selftest
from running.backup.archive import BackupError
from serving.files import layer
from tests.communes.factories import first_commune
from tests.news.factories import upload
from tests.serving.pagecache_client import make_environ, send
from upkeep.checks import Verdict

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LARGE = b"%PDF-" + b"\0" * layer.LARGEST_WHOLE
SAME = (
    *("Content-Type", "Content-Length", "Content-Range", "Content-Disposition", "Cache-Control", "Accept-Ranges"),
    *("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy"),
)


@pytest.fixture(scope="module")
def store():
    """The address of a store in memory."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(store, settings, monkeypatch, request):
    """A portal whose media files lie in an empty bucket; the variables that say so."""
    variables = {
        "MEDIA_S3_BUCKET": f"cong-{abs(hash(request.node.name))}",
        "MEDIA_S3_ENDPOINT": store,
        "MEDIA_S3_REGION": "us-east-1",
        "MEDIA_S3_ACCESS_KEY": "cong",
        "MEDIA_S3_SECRET_KEY": "only-for-tests",
    }
    for name, value in variables.items():
        setattr(settings, name, value)
        monkeypatch.setenv(name, value)
    client = boto3.client(
        "s3", endpoint_url=store, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    client.create_bucket(Bucket=variables["MEDIA_S3_BUCKET"])
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "serving.files.s3_storage.MediaStorage"}}
    return variables


def django(environ, start_response):
    start_response("404 Not Found", [])
    return [b"Django"]


@pytest.mark.parametrize(
    ("name", "content", "question"),
    [
        ("xa/anh/a-1f.webp", b"\0\1" * 500, {}),
        ("xa/anh/a-1f.webp", b"\0\1" * 500, {"method": "HEAD"}),
        ("xa/anh/a-1f.webp", b"\0\1" * 500, {"method": "POST"}),
        ("xa/tep/bao-cao-1f.docx", b"PK", {}),
        ("xa/tep/to-trinh-1f.pdf", LARGE, {}),
        ("xa/tep/to-trinh-1f.pdf", LARGE, {"range": "bytes=1-3"}),
        ("xa/tep/to-trinh-1f.pdf", LARGE, {"range": "bytes=-4"}),
    ],
)
def test_a_stored_upload_is_answered_as_one_on_the_disk(bucket, settings, name, content, question):
    default_storage.save(name, ContentFile(content))
    stored = send(layer.with_files(django), make_environ(f"/media/{name}", **question))

    settings.MEDIA_S3_BUCKET = ""
    path = settings.MEDIA_ROOT / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    kept = send(layer.with_files(django), make_environ(f"/media/{name}", **question))

    assert (stored.code, stored.body) == (kept.code, kept.body)
    assert {name: stored[name] for name in SAME} == {name: kept[name] for name in SAME}


def test_a_known_upload_is_not_sent_again_and_what_is_not_there_is_djangos(bucket):
    name = default_storage.save("xa/anh/a-1f.webp", ContentFile(b"\0\1"))
    files = layer.with_files(django)
    first = send(files, make_environ(f"/media/{name}"))

    again = send(files, make_environ(f"/media/{name}", if_none_match=first["ETag"]))

    assert (again.code, again.body, again["ETag"]) == (304, b"", first["ETag"])
    assert "immutable" in again["Cache-Control"]
    for path in ("/media/xa/anh/khac.webp", "/media/xa/", "/media/", "/media/.part-1", "/media/xa/%00"):
        assert send(files, make_environ(path)).body == b"Django"


def test_the_object_itself_may_be_kept_for_ever_and_has_its_type(bucket):
    name = default_storage.save("xa/anh/a-1f.webp", ContentFile(b"\0\1"))

    told = default_storage.client.head_object(Bucket=bucket["MEDIA_S3_BUCKET"], Key=name)

    assert (told["CacheControl"], told["ContentType"]) == ("max-age=315360000, public, immutable", "image/webp")
    assert default_storage.url(name) == "/media/xa/anh/a-1f.webp"


@pytest.mark.django_db
def test_a_store_that_is_away_is_said_and_loses_nothing(bucket, settings):
    settings.MEDIA_S3_ENDPOINT = "http://127.0.0.1:9"
    settings.STORAGES = dict(settings.STORAGES)  # the storage is made anew

    answer = send(layer.with_files(django), make_environ("/media/xa/anh/a-1f.webp"))

    assert (answer.code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert selftest.uploads().verdict is Verdict.BAD
    with pytest.raises(PictureError, match="Không lưu được ảnh"):
        store_picture(upload(), first_commune(), None)
    assert not Picture.objects.everywhere().exists()


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_the_objects_and_is_restored_into_another_bucket(bucket, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.BACKUP_TO = tmp_path / "backups"
    settings.BACKUP_KEYS = []
    picture = store_picture(upload(), first_commune(), None)
    stored = sorted(backups._media_names())
    content = default_storage.open(picture.file.name).read()

    backup, manifest = backups.make(NOW)

    assert [f"media/{name}" for name in stored] == [name for name in manifest.files if name.startswith("media/")]
    assert picture.file.name in stored
    assert selftest.uploads().verdict is Verdict.GOOD
    with pytest.raises(BackupError, match="not empty"):
        backups.restore(backup.path, None, print)
    assert _restored_into(f"{bucket['MEDIA_S3_BUCKET']}-2", backup.path, tmp_path / "new") == (0, "")
    settings.MEDIA_S3_BUCKET += "-2"
    settings.STORAGES = dict(settings.STORAGES)
    assert sorted(backups._media_names()) == stored
    assert default_storage.open(picture.file.name).read() == content


def _restored_into(name: str, archive: Path, folder: Path) -> tuple[int, str]:
    """Restore into a database of its own and an empty bucket: the command's code and what it complains of."""
    default_storage.client.create_bucket(Bucket=name)
    with backups._scratch_database("cong_from_s3"):
        environment = {
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": backups._url_of("cong_from_s3"),
            "VAR_DIR": str(folder),
            "SECRET_KEY": "only-for-tests-" + "0" * 40,
            "MEDIA_S3_BUCKET": name,
        }
        process = subprocess.run(
            [sys.executable, "manage.py", "restore", str(archive)],
            cwd=Path(__file__).resolve().parents[2],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
    return process.returncode, process.stderr
