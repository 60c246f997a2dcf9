"""A backup is encrypted, can be restored into an empty portal, and then equals what it was made of."""

from __future__ import annotations

import io
import itertools
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

import pyrage
import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from library.models import Picture
from library.pictures import store_picture
from operation import backups, moving
from polls.models import Ballot, Poll
from running.backup import archive, encryption
from running.backup.encryption import BackupKeyError
from running.backup.folder import Folder
from running.backup.place import DAYS, MONTHS, WEEKS, Backup, Check, name_of
from running.postgresql.locks import only_one
from tests.communes.factories import first_commune
from tests.news.factories import make_article, upload
from tests.polls.factories import Voter, choice, make_poll
from tests.template import empty_database
from tests.waiting import LONG
from trail.models import Entry, Kind

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def identity(settings, tmp_path) -> Path:
    """The private key of the backups; the portal has its public half."""
    settings.VAR_DIR = tmp_path
    settings.BACKUP_TO = tmp_path / "backups"
    key = pyrage.x25519.Identity.generate()
    settings.BACKUP_KEYS = [str(key.to_public())]
    path = tmp_path / "identity.txt"
    path.write_text(f"# made for a test\n{key}\n")
    return path


_numbers = itertools.count(1)


def cast(poll: Poll) -> None:
    """A ballot from a network of its own."""
    number = next(_numbers)
    assert Voter(f"198.{number // 250}.{number % 250}.1").vote(poll, choice(poll)).status_code in (302, 303)


def fill() -> Poll:
    """A portal with an article, a poll with ballots, and a picture with its copies."""
    make_article(title="Lịch tiếp công dân")
    poll = make_poll()
    for _ in range(3):
        cast(poll)
    store_picture(upload(), first_commune(), None)
    return poll


@pytest.fixture
def contents() -> Poll:
    return fill()


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_encrypted_and_equals_its_portal_when_it_is_restored(contents, identity):
    backup, manifest = backups.make(NOW)

    assert backup.name == "cong-20261126T120000Z.tar.age"
    assert b"database.dump" not in Path(backup.address).read_bytes()
    assert manifest.tables["polls_ballot"] == 3
    assert manifest.facts[f"poll {contents.pk}"]["ballots"] == {"counted": 3}
    assert backups.check(backup, identity) == ""


@pytest.mark.django_db(transaction=True)
def test_the_database_moves_whole_to_an_empty_one_and_to_no_other(monkeypatch, tmp_path):
    name, file = connection.settings_dict["NAME"], tmp_path / "address"

    with empty_database(f"{name}_source"), backups._scratch_database(f"{name}_moved"):
        fill()
        Session.objects.create(session_key="key", session_data="data", expire_date=NOW)  # which a backup leaves out
        address = backups._url_of(f"{name}_moved")
        file.write_text(f"{address}\n")
        with moving._destination(backups._url_of(f"{name}_source")) as ending, ending.cursor():
            threading.Timer(0.3, ending.connection.close).start()  # the portal was stopped a moment ago
            call_command("move_database", file)
        with moving._destination(address) as moved, moving._as_default(moved):
            assert (Session.objects.count(), Ballot.objects.count()) == (1, 3)
            assert Entry.objects.get(kind=Kind.EXPORT).object_name.endswith(f"{name}_moved")
        with pytest.raises(CommandError, match="not empty"):
            call_command("move_database", file)
        monkeypatch.setattr(moving, "ENDING", 0.0)
        with (
            moving._destination(backups._url_of(f"{name}_source")) as other,
            other.cursor(),
            pytest.raises(CommandError, match="stop the portal"),
        ):
            monkeypatch.setattr("sys.stdin", io.StringIO(address))
            call_command("move_database", "-")


@pytest.mark.parametrize(("argument", "said"), [("postgres://u:secret@h/d", "sees an argument"), ("/none", "No such")])
def test_an_address_is_not_an_argument_that_everybody_sees(argument, said):
    with pytest.raises(CommandError, match=said) as refusal:
        call_command("move_database", argument)

    assert "secret" not in str(refusal.value)


@pytest.mark.django_db(transaction=True)
def test_a_backup_made_under_load_equals_its_snapshot(contents, identity):
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.is_set():
                cast(contents)
                picture = store_picture(upload(), first_commune(), None)
                Picture.objects.everywhere().filter(pk=picture.pk).update(digest="")
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        backup, _ = backups.make(NOW)
    finally:
        stop.set()
        worker.join(LONG)

    assert backups.check(backup, identity) == ""


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_checks_waits_for_the_first(identity, tmp_path, monkeypatch):
    """They use one scratch database, which the second would drop under the first."""
    restored: list[list[str]] = []
    monkeypatch.setattr(
        backups.subprocess, "run", lambda command, **_: restored.append(command) or CompletedProcess(command, 0, "", "")
    )

    def check() -> None:
        try:
            backups.check(Backup(str(tmp_path / "cong-20261126T120000Z.tar.age"), NOW, 1), identity)
        finally:
            connections.close_all()

    second = threading.Thread(target=check)
    with only_one(connection, backups.CHECK_LOCK, waiting=lambda: pytest.fail("nobody checks")):
        second.start()
        second.join(1)
        assert restored == []
    second.join(LONG)

    assert len(restored) == 1


@pytest.mark.django_db(transaction=True)
def test_a_picture_whose_file_is_lost_is_found_by_the_check(contents, identity):
    default_storage.delete(Picture.objects.everywhere().get().file.name)
    backup, _ = backups.make(NOW)

    assert "no file of" in backups.check(backup, identity)


@pytest.mark.django_db(transaction=True)
def test_a_damaged_backup_a_missing_key_and_the_wrong_key_are_said(contents, identity, tmp_path, monkeypatch):
    with monkeypatch.context() as locked:
        locked.setattr(Folder, "rotate", mock.Mock(side_effect=PermissionError("not with this key")))
        with pytest.raises(CommandError, match="was made, but old ones could not be removed: not with"):
            call_command("backup")
    assert Entry.objects.get(kind=Kind.BACKUP).object_name == backups.place().backups()[0].name
    path = Path(backups.place().backups()[0].address)
    stranger = tmp_path / "stranger.txt"
    stranger.write_text(str(pyrage.x25519.Identity.generate()))

    with pytest.raises(CommandError, match="cannot be decrypted"):
        call_command("backup_check", identity=stranger)
    with pytest.raises(CommandError, match="name the file of the private key"):
        call_command("backup_check", identity=None)
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(CommandError, match="cannot be restored"):
        call_command("backup_check", identity=identity)
    check = backups.place().last_check()
    assert check is not None
    assert check.error


@pytest.mark.django_db(transaction=True)
def test_a_portal_that_is_not_empty_is_not_overwritten(contents, identity):
    backup, _ = backups.make(NOW)

    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", backup.address, identity=identity)


@pytest.mark.django_db(transaction=True)
def test_what_may_not_be_kept_is_not_in_the_backup(identity, settings, tmp_path):
    settings.BACKUP_KEYS = []
    backup, manifest = backups.make(NOW)

    with Path(backup.address).open("rb") as file:
        archive.unpack(file, tmp_path / "unpacked")
    assert {"visitors_salt", "visitors_seen", "django_session"} <= set(manifest.left_out)
    assert Path(backup.address).stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("cong-backup-*"))


@pytest.mark.parametrize("keys", [["age1nonsense"], ["0123456789ABCDEF0123456789ABCDEF01234567"]])
def test_a_key_that_is_none_is_one_line_and_leaves_nothing(keys, tmp_path, monkeypatch):
    monkeypatch.setenv("GNUPGHOME", str(tmp_path))

    with (
        pytest.raises(BackupKeyError),
        Folder(tmp_path / "backups").writing(name_of(NOW, encryption.suffix_of(keys))) as target,
        encryption.writing(target, keys) as plain,
    ):
        plain.write(b"x" * 100)

    assert list((tmp_path / "backups").iterdir()) == []


def test_the_newest_of_days_weeks_and_months_are_kept(tmp_path):
    for day in range(400):
        moment = NOW - timedelta(days=day)
        (tmp_path / f"cong-{moment:%Y%m%dT%H%M%S}Z.tar.age").write_text("")
    (tmp_path / "something-else.tar").write_text("")

    Folder(tmp_path).rotate()

    kept = Folder(tmp_path).backups()
    assert (tmp_path / "something-else.tar").exists()
    assert [(NOW - backup.made_at).days for backup in kept[:7]] == list(range(7))
    assert 12 <= len(kept) <= DAYS + WEEKS + MONTHS
    assert timedelta(days=140) < NOW - kept[-1].made_at < timedelta(days=190)


def test_the_last_check_is_remembered(tmp_path):
    folder = Folder(tmp_path)
    assert folder.last_check() is None
    check = Check("cong-x.tar", timezone.now(), "")
    folder.note_check(check)

    assert folder.last_check() == check
    assert folder.backups() == []
