"""The three groups every editorial office starts with."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

WRITER = "Phóng viên"
EDITOR = "Biên tập viên"
ADMINISTRATOR = "Quản trị viên"

# Permissions by app label and codename; an administrator may change a group later in the admin.
WRITER_PERMISSIONS = {
    # The admin lets nobody delete an article that was ever public.
    "news": {
        *("add_article", "change_article", "view_article", "delete_article", "view_category"),
        *("add_picture", "view_picture", "add_document", "view_document", "view_tag"),
    },
    "polls": {"view_poll"},
}
EDITOR_PERMISSIONS = {
    "news": WRITER_PERMISSIONS["news"]
    | {
        "review_article",
        "publish_article",
        "change_picture",
        "change_document",
        "change_category",
        "add_tag",
        "change_tag",
    }
    | {"view_redirect", "add_redirect", "change_redirect", "delete_redirect"}
    | {"view_missingpage", "delete_missingpage", "view_searchmiss", "delete_searchmiss"},
    "polls": {"view_poll", "add_poll", "change_poll", "view_comment", "change_comment"},
    "visitors": {"view_statistics"},
}
# Everything of the portal, and the accounts; not the framework's own tables.
ADMINISTRATOR_APPS = ["news", "polls", "visitors", "communes", "accounts", "auth"]


def create_roles() -> dict[str, Group]:
    """The groups by name; one that exists keeps the permissions it was given since."""
    groups = {}
    for name, condition in _wanted().items():
        group, created = Group.objects.get_or_create(name=name)
        if created:
            group.permissions.set(Permission.objects.filter(condition))
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
    return {
        WRITER: _permissions(WRITER_PERMISSIONS),
        EDITOR: _permissions(EDITOR_PERMISSIONS),
        ADMINISTRATOR: Q(content_type__app_label__in=ADMINISTRATOR_APPS),
    }


def _permissions(wanted: dict[str, set[str]]) -> Q:
    condition = Q()
    for app, codenames in wanted.items():
        condition |= Q(content_type__app_label=app, codename__in=codenames)
    return condition
