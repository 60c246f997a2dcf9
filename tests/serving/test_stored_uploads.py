"""Uploads in an S3-compatible store are answered as those on the disk are, and backups are kept there as in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pyrage
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from moto.server import ThreadedMotoServer

from library.models import Picture
from library.pictures import PictureError, store_picture
from library.unreferenced_files import FOLDERS, unreferenced_files
from operation import backups, selftest
from running.backup import bucket as backup_bucket
from running.backup.archive import BackupError
from running.backup.place import Check, name_of
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


@pytest.fixture
def backup_place(store, settings, monkeypatch, request):
    """A bucket for the backups, below a folder of its own."""
    names = {"BACKUP_S3_ENDPOINT": store, "BACKUP_S3_REGION": "us-east-1", "BACKUP_S3_ACCESS_KEY": "cong"}
    for name, value in (names | {"BACKUP_S3_SECRET_KEY": "only-for-tests"}).items():
        setattr(settings, name, value)
        monkeypatch.setenv(name, value)
    name = f"backups-{abs(hash(request.node.name))}"
    settings.BACKUP_TO = f"s3://{name}/xa"
    place = backups.place()
    place._client.create_bucket(Bucket=name)
    return place


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
def test_a_backup_holds_the_objects_and_is_restored_into_another_bucket(bucket, backup_place, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    key = pyrage.x25519.Identity.generate()
    settings.BACKUP_KEYS = [str(key.to_public())]
    (tmp_path / "key.txt").write_text(str(key))
    picture = store_picture(upload(), first_commune(), None)
    stored = sorted(backups._media_names())
    content = default_storage.open(picture.file.name).read()

    backup, manifest = backups.make(NOW)

    assert [f"media/{name}" for name in stored] == [name for name in manifest.files if name.startswith("media/")]
    assert picture.file.name in stored
    assert selftest.uploads().verdict is Verdict.GOOD
    with pytest.raises(BackupError, match="not empty"):
        backups.restore(backup.address, None, print)
    assert _restored_into(f"{bucket['MEDIA_S3_BUCKET']}-2", backup.address, tmp_path / "key.txt") == (0, "")
    settings.MEDIA_S3_BUCKET += "-2"
    settings.STORAGES = dict(settings.STORAGES)
    assert sorted(backups._media_names()) == stored
    assert default_storage.open(picture.file.name).read() == content


def _restored_into(name: str, archive: str, key: Path) -> tuple[int, str]:
    """Restore into a database of its own and an empty bucket: the command's code and what it complains of."""
    default_storage.client.create_bucket(Bucket=name)
    with backups._scratch_database("cong_from_s3"):
        environment = {
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": backups._url_of("cong_from_s3"),
            "VAR_DIR": str(key.with_name("new")),
            "SECRET_KEY": "only-for-tests-" + "0" * 40,
            "MEDIA_S3_BUCKET": name,
        }
        process = subprocess.run(
            [sys.executable, "manage.py", "restore", archive, "--identity", str(key)],
            cwd=Path(__file__).resolve().parents[2],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
    return process.returncode, process.stderr


@pytest.mark.django_db
def test_what_nothing_refers_to_is_found_with_one_question_a_folder(bucket):
    names = [default_storage.save(f"xa/tep/2026/{number}-1f.pdf", ContentFile(b"%PDF-")) for number in range(3)]
    asked: list[str] = []
    default_storage.client.meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name))

    found = unreferenced_files(timezone.now() + timedelta(days=2))

    assert found == names
    assert len(asked) == 1 + 2 * len(
        FOLDERS
    )  # the communes; the folders of this one, and those of before there were communes
    assert [name for name in asked if not name.startswith("ListObjects")] == []


def put(place, at: datetime, content: bytes = b"") -> str:
    with place.writing(name_of(at, "")) as file:
        file.write(content)
    return name_of(at, "")


def test_a_bucket_keeps_backups_as_a_folder_does(backup_place):
    for day in range(12):
        put(backup_place, NOW - timedelta(days=day))
    check = Check("cong-x.tar", NOW, "")
    backup_place.note_check(check)

    removed = backup_place.rotate()

    # Seven days, and the newest of the week and of the month before them.
    assert [(NOW - backup.made_at).days for backup in removed] == [7, 8, 9, 10]
    assert len(backup_place.backups()) == 8
    assert backup_place.last_check() == check
    assert backup_place.backups()[0].address == f"{backup_place}/cong-20261126T120000Z.tar"


def test_a_large_backup_goes_in_parts_and_comes_back_whole(backup_place, monkeypatch):
    part = 5 * 1024 * 1024  # the least that a store takes
    monkeypatch.setattr(backup_bucket, "TRANSFER", backup_bucket.transfer_in_parts_of(part))
    content = os.urandom(2 * part + 7)

    name = put(backup_place, NOW, content)

    with backup_place.reading(name) as file:
        assert file.read() == content
    assert backup_place.backups()[0].size == len(content)


@pytest.mark.parametrize("size", [7, 11 * 1024 * 1024])
def test_a_backup_that_is_broken_off_leaves_nothing(backup_place, monkeypatch, size):
    monkeypatch.setattr(backup_bucket, "TRANSFER", backup_bucket.transfer_in_parts_of(5 * 1024 * 1024))

    with pytest.raises(BackupError, match="pg_dump"), backup_place.writing(name_of(NOW, "")) as file:
        file.write(b"\0" * size)
        raise BackupError("pg_dump failed")

    assert backup_place.backups() == []
    name = backup_place._bucket
    assert "Uploads" not in backup_place._client.list_multipart_uploads(Bucket=name)


@pytest.mark.django_db
def test_a_store_of_backups_that_is_away_is_said_everywhere(backup_place, settings):
    settings.BACKUP_S3_ENDPOINT = "http://127.0.0.1:9"

    finding = selftest.backup()

    assert finding.verdict is Verdict.BAD
    assert settings.BACKUP_TO in finding.text
    with pytest.raises(OSError, match="127.0.0.1:9"), backups.place(attempts=1).writing("cong-x.tar") as file:
        file.write(b"\0" * 1024 * 1024)
