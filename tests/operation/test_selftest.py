"""The self-test page: how everything stands, and what to do where it does not stand well."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from operation import selftest
from running.backup.folder import Folder
from running.backup.place import Check as BackupCheck
from upkeep.checks import Check, Verdict, look_at, registered_checks

pytestmark = pytest.mark.django_db


@pytest.fixture
def backups(settings, tmp_path):
    settings.BACKUP_TO = tmp_path / "backups"
    settings.BACKUP_TO.mkdir()
    settings.BACKUP_KEYS = ["age1something"]
    return settings.BACKUP_TO


def make_backup(backups, age: timedelta) -> str:
    name = f"cong-{timezone.now() - age:%Y%m%dT%H%M%S}Z.tar.age"
    (backups / name).write_bytes(b"x" * 2_000_000)
    return name


def test_the_page_says_what_to_do_and_outlives_a_check_that_breaks(client, settings, monkeypatch):
    def broken():
        raise RuntimeError("<b>hỏng</b>")

    monkeypatch.setattr(selftest, "CHECKS", [*registered_checks(), Check("Việc lạ", broken)])
    settings.UPKEEP_CHECKS = "operation.selftest.CHECKS"
    client.force_login(get_user_model().objects.create_superuser("chanh", "c@example.vn", "x"))

    page = client.get("/quan-tri/upkeep/taskstate/").content.decode()

    assert "Chưa khai báo máy chủ thư" in page
    assert "Khai báo EMAIL_HOST" in page
    assert "RuntimeError: &lt;b&gt;hỏng" in page


def test_every_check_that_is_not_in_order_says_what_to_do():
    for row in look_at(registered_checks()):
        assert bool(row.finding.advice) is (row.finding.verdict is not Verdict.GOOD), row.check.title


def test_a_backup_is_wanted_that_is_young_encrypted_and_was_restored(backups, settings):
    assert selftest.backup().verdict is Verdict.BAD
    make_backup(backups, timedelta(days=3))
    assert "3 ngày" in selftest.backup().text
    assert selftest.backup().verdict is Verdict.BAD
    name = make_backup(backups, timedelta(hours=5))
    assert selftest.backup().verdict is Verdict.NOTICE

    Folder(backups).note_check(BackupCheck(name, timezone.now(), "rows of polls_ballot: 3 instead of 4"))
    assert selftest.backup().verdict is Verdict.BAD
    Folder(backups).note_check(BackupCheck(name, timezone.now(), ""))
    assert selftest.backup().verdict is Verdict.GOOD
    settings.BACKUP_KEYS = []
    assert selftest.backup().verdict is Verdict.NOTICE


def test_a_mail_server_that_does_not_answer_is_said(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    finding = selftest.mail()

    assert finding.verdict is Verdict.BAD
    assert "127.0.0.1" in finding.text
    assert issubclass(smtplib.SMTPException, OSError)


def test_a_certificate_that_cannot_be_read_is_said(settings):
    settings.PUBLIC_URL = "https://127.0.0.1:9"
    assert selftest.certificate().verdict is Verdict.BAD
    settings.PUBLIC_URL = "http://xa.example"
    assert selftest.certificate().verdict is Verdict.NOTICE


def test_a_full_disk_and_a_query_without_limit_are_said(settings, monkeypatch):
    assert selftest.query_limit().verdict is Verdict.NOTICE
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15s'")
    assert selftest.query_limit().verdict is Verdict.GOOD
    monkeypatch.setattr(selftest, "LEAST_FREE", 2**62)
    assert selftest.disk().verdict is Verdict.BAD


def test_proxies_and_keys_are_looked_at(settings):
    settings.TRUSTED_PROXIES = []
    assert selftest.proxies().verdict is Verdict.NOTICE
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    assert "10.0.0.0/8" in selftest.proxies().text
    settings.BALLOT_KEY = ""
    assert selftest.keys().verdict is Verdict.NOTICE
    settings.BALLOT_KEY = "x" * 50
    assert selftest.keys().verdict is Verdict.GOOD
    settings.FACTOR_KEY = ""
    assert selftest.factor_key().verdict is Verdict.NOTICE
    settings.FACTOR_KEY = "x" * 50
    assert selftest.factor_key().verdict is Verdict.GOOD
