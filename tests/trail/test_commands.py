"""What operators do on the server stands in the audit log too: act and line both, or neither."""

from __future__ import annotations

import getpass
import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command, get_commands
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import WRITER
from tests.accounts.factories import add_program, factors_of, make_staff
from trail.admin import who_of
from trail.models import Entry, Kind
from trail.recording import operator

pytestmark = pytest.mark.django_db

PASSWORD = "bảy con cò trắng bay ngang đồng"
# Commands of the portal and of what knows its accounts. These write lines: pressed below, or by the tests of backups.
RECORDED = {
    *("changepassword", "createsuperuser", "create_roles", "factor_remove", "sign_in_open", "communes_open"),
    "first_administrator",
    *("personal_data", "load_demo", "backup", "restore", "move_database"),
    *("run", "upgrade"),  # by create_roles, backup and load_demo
}
# These change no person, right or setting, and take nothing out.
OTHERS = {
    "account_unsetmultipleprimaryemails": "addresses of allauth, which the portal keeps none of",
    "audit_verify": "reads",
    "poll_audit": "reads",
    "sbom": "reads",
    "backup_check": "reads, into a database that is dropped again",
    "serve": "serves",
    "migrate": "brings tables up to the version",
    "upgrade_postgres": "brings the database up to the version of PostgreSQL, and keeps the old one",
    "library_remove_files": "files that nothing refers to, as the clock does",
    "news_check_links": "asks whether links work, as the clock does",
    "poll_maintain": "what the clock does, which stands in the logs of the polls",
    "visitors_maintain": "what the clock does",
    "clearsessions": "sessions that are over, as the clock does",
    "remove_stale_contenttypes": "rights of models that are no more",
    "collectstatic": "files",
    "findstatic": "reads",
    "runserver": "serves",
}


def press(name: str, *arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_every_command_is_known():
    known = {name for name, app in get_commands().items() if app != "django.core"}

    assert known == RECORDED | OTHERS.keys()


def test_each_says_who_did_it(monkeypatch, tmp_path):
    monkeypatch.setattr(getpass, "getpass", lambda *_args, **_kwargs: PASSWORD)
    person = make_staff("hanh", email="hanh@example.vn")
    add_program(person)
    Client().post(reverse("admin:login"), {"username": "hanh", "password": "sai"})
    listed = tmp_path / "xa.csv"
    listed.write_text("code,name,kind,host\n123,Xã Mới,xã,xa-moi.example\n", encoding="utf-8")
    Group.objects.filter(name=WRITER).delete()
    before = Entry.objects.count()

    press("first_administrator")
    press("sign_in_open", "hanh")
    press("changepassword", "hanh")
    press("createsuperuser", "--noinput", username="vanhanh", email="v@example.vn")
    press("factor_remove", "hanh")
    press("communes_open", str(listed))
    press("create_roles")
    press("personal_data", "--account", "hanh", "--erase")

    written = Entry.objects.order_by("id")[before:]
    assert [(entry.kind, entry.object_name) for entry in written][:6] == [
        (Kind.ADD, ""),
        (Kind.CHANGE, "hanh"),
        (Kind.PASSWORD, "hanh"),
        (Kind.ADD, "vanhanh"),
        (Kind.FACTOR, "hanh"),
        (Kind.ADD, "Xã Mới"),
    ]
    assert (Kind.ADD, WRITER) in [(entry.kind, entry.object_name) for entry in written]
    assert written[len(written) - 1].kind == Kind.ERASE
    assert {(entry.person, entry.person_name) for entry in written} == {(None, operator())}
    assert who_of(written[0]) == f"trên máy chủ: {operator()}"
    assert PASSWORD not in json.dumps(list(Entry.objects.values()), default=str, ensure_ascii=False)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (("changepassword", "hanh"), lambda: User.objects.get(username="hanh").check_password(PASSWORD)),
        (
            ("createsuperuser", "--noinput", "--username=moi", "--email=m@example.vn"),
            lambda: User.objects.filter(username="moi").exists(),
        ),
        (("factor_remove", "hanh"), lambda: factors_of(User.objects.get(username="hanh")) == []),
        (("create_roles",), lambda: Group.objects.filter(name=WRITER).exists()),
    ],
)
def test_what_cannot_be_recorded_is_not_done(monkeypatch, command, what):
    monkeypatch.setattr(getpass, "getpass", lambda *_args, **_kwargs: PASSWORD)
    add_program(make_staff("hanh"))

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError("no room for the line")

    with monkeypatch.context() as full:
        full.setattr(Entry, "save", refuse)
        with pytest.raises(DatabaseError):
            press(*command)
    assert not what()

    press(*command)
    assert what()
