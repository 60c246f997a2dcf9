"""The groups an editorial office starts with."""

import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts import roles
from accounts.models import User
from section import sections
from tests.communes.factories import join

pytestmark = pytest.mark.django_db


def permissions(name: str) -> set[str]:
    codenames = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in codenames}


def test_every_named_permission_exists():
    roles.create_roles()

    for name in (roles.WRITER, roles.EDITOR):
        assert permissions(name) == {
            f"{app}.{codename}"
            for app, section in sections().items()
            for codename in section.rights.get(name, frozenset())
        }


def test_only_editors_and_administrators_publish():
    roles.create_roles()

    assert "news.publish_article" not in permissions(roles.WRITER)
    assert "news.publish_article" in permissions(roles.EDITOR)
    assert "news.publish_article" in permissions(roles.ADMINISTRATOR)


def test_only_administrators_touch_accounts_and_identity():
    roles.create_roles()

    for name in (roles.WRITER, roles.EDITOR):
        assert not {p for p in permissions(name) if p.startswith(("auth.", "accounts.", "communes."))}
    assert {"accounts.add_user", "communes.change_siteidentity"} <= permissions(roles.ADMINISTRATOR)


def test_keeps_what_an_administrator_changed():
    writer = roles.create_roles()[roles.WRITER]
    writer.permissions.clear()

    roles.create_roles()

    assert permissions(roles.WRITER) == set()


def remove_everywhere(*codenames: str) -> None:
    """As in a portal whose groups were made before there was such a feature."""
    for group in Group.objects.all():
        group.permissions.remove(*Permission.objects.filter(codename__in=codenames))


def test_after_an_upgrade_the_groups_are_given_what_nobody_holds():
    roles.create_roles()
    remove_everywhere("view_document", "add_document", "change_document", "delete_document", "view_link")
    out = io.StringIO()

    call_command("create_roles", stdout=out)
    assert "library.view_document" in out.getvalue() and "--new" in out.getvalue()
    assert "library.view_document" not in permissions(roles.WRITER)
    call_command("create_roles", "--new", stdout=out)

    assert {"library.view_document", "library.add_document"} <= permissions(roles.WRITER)
    assert not {"library.change_document", "news.view_link"} & permissions(roles.WRITER)
    assert "library.change_document" in permissions(roles.EDITOR)
    assert {"library.delete_document", "news.view_link"} <= permissions(roles.ADMINISTRATOR)
    assert roles.new_permissions() == {}


def test_an_upgrade_leaves_what_an_administrator_took_from_one_group():
    writer = roles.create_roles()[roles.WRITER]
    writer.permissions.clear()

    call_command("create_roles", "--new")

    assert permissions(roles.WRITER) == set()


def test_each_role_opens_the_desk(client):
    for name, group in roles.create_roles().items():
        user = User.objects.create_user(name, is_staff=True)
        join(user, group)
        client.force_login(user)

        assert client.get("/quan-tri/").status_code == 200, name
