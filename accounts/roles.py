"""The three groups every editorial office starts with."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from section import sections
from trail.recording import Kind, record

WRITER = "Phóng viên"
EDITOR = "Biên tập viên"
ADMINISTRATOR = "Quản trị viên"

# Everything of the portal, and the accounts; not the framework's own tables. Features come in addition.
ADMINISTRATOR_APPS = ["communes", "accounts", "auth", "trail", "upkeep"]


def create_roles(by: str = "") -> dict[str, Group]:
    """The groups by name; one that exists keeps the permissions it was given since.

    `by`: who makes them, for the audit log; without it the caller says so in another line.
    """
    groups = {}
    for name, condition in _wanted().items():
        with transaction.atomic():
            group, created = Group.objects.get_or_create(name=name)
            if created:
                group.permissions.set(Permission.objects.filter(condition))
                if by:
                    record(Kind.ADD, about=group, after={"permissions": group.permissions.count()}, by=by)
        groups[name] = group
    return groups


def new_permissions() -> dict[str, list[Permission]]:
    """By group that exists, the permissions it would be made with today and that no group and no account holds.

    That is how the permissions of a feature look that is younger than the groups. One that an
    administrator took from one group but left to another is not among them.
    """
    unheld = Permission.objects.filter(group=None, user=None)
    existing = Group.objects.filter(name__in=_wanted()).values_list("name", flat=True)
    found = {name: list(unheld.filter(_wanted()[name])) for name in existing}
    return {name: permissions for name, permissions in found.items() if permissions}


def _wanted() -> dict[str, Q]:
    """By group, what it is made with; an administrator may change a group later in the admin."""
    granted = {name: Q(pk=None) for name in (WRITER, EDITOR)}
    for app, section in sections().items():
        for name, codenames in section.rights.items():
            granted[name] |= Q(content_type__app_label=app, codename__in=codenames)
    everything = Q(content_type__app_label__in=[*sections(), *ADMINISTRATOR_APPS])
    return granted | {ADMINISTRATOR: everything}
