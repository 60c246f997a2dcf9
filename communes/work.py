"""For which commune a person works, and what they may do there."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import BigIntegerField, DateField, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Person, User
from communes.hosts import table
from communes.models import Commune, Membership
from compiledquery import CompiledQuery

SESSION_KEY = "commune"
# Forms of the admin name the commune they were opened for.
FORM_FIELD = "_commune"


class MembershipBackend(ModelBackend):
    """Rights come from the groups that a person has in the commune they work for (`user.commune`).

    Rights given to the account itself hold wherever the person is a member. Without a commune there are none.
    """

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        return Permission.objects.filter(group__in=groups_held(user_obj, user_obj.commune)).distinct()

    def _get_user_permissions(self, user_obj: User) -> QuerySet[Permission]:
        is_colleague = groups_held(user_obj, user_obj.commune)
        return user_obj.user_permissions.all() if is_colleague else Permission.objects.none()


def groups_held(user: Person, commune: Commune | None) -> list[int]:
    """The groups that `user` has in `commune` today, read once for each of the two."""
    if commune is None:
        return []
    known = user.groups_held
    if commune.pk not in known:
        known[commune.pk] = _groups_held(user=user.pk, commune=commune.pk, today=timezone.localdate())
    return known[commune.pk]


# Every request of staff asks for these.
_groups_held = CompiledQuery(
    lambda user, commune, today: (
        Membership.objects.current(today).filter(user=user, commune=commune).values_list("group_id", flat=True)
    ),
    user=BigIntegerField(),
    commune=BigIntegerField(),
    today=DateField(),
)


def people_with(permission: str, commune: Commune) -> QuerySet[User]:
    """Whose accounts hold `permission` ("polls.judge_ballot") in `commune`, with those who operate the deployment."""
    app, codename = permission.split(".")
    rights = Permission.objects.filter(content_type__app_label=app, codename=codename)
    current = Membership.objects.current().filter(commune=commune)
    by_group = current.filter(group__permissions__in=rights)
    own = Q(pk__in=current.values("user"), user_permissions__in=rights)
    holders = Q(is_superuser=True) | Q(pk__in=by_group.values("user")) | own
    return User.objects.filter(holders, is_active=True).distinct().order_by("pk")


def is_member(user: Person, commune: Commune) -> bool:
    """Whether `user` works for `commune` at all; whoever operates the deployment works for each."""
    if not user.is_active or not user.is_staff:
        return False
    return user.is_superuser or bool(groups_held(user, commune))


def choices_of(user: Person) -> list[Commune]:
    """The communes `user` may choose to work for, by name."""
    if user.is_superuser:
        return table.communes()
    return list(Commune.objects.for_member(user.pk)) if user.is_staff else []


def chosen_commune(request: HttpRequest) -> Commune:
    """The commune chosen in the session, else the host's; else, for whoever is no member there, the first of theirs."""
    number = request.session.get(SESSION_KEY)
    chosen = table.commune(number) if number is not None else None
    for commune in (chosen, request.commune):
        if commune is not None and is_member(request.user, commune):
            return commune
    own = choices_of(request.user)
    return (table.commune(own[0].pk) if own else None) or request.commune


def opened_for_another(request: HttpRequest, number: str) -> str:
    """A sentence for whoever sends something from a page that was opened for the commune `number`, when that is
    not the one they work for now; empty when it is, or when the page does not say.
    """
    if not number or number == str(request.commune.pk):
        return ""
    return gettext(
        "This page was opened for another commune than the one you work for now. Nothing was stored. "
        "Please choose that commune again in the header, or open the page anew."
    )


def work_for(request: HttpRequest, commune: Commune) -> None:
    """Work for `commune` from the next request of this session on."""
    request.session[SESSION_KEY] = commune.pk


def public_link(commune: Commune, path: str) -> str:
    """`path` in the commune's portal as a link for the admin, which may be open at the host of another commune."""
    is_alone = len(table.communes()) == 1
    return path if is_alone else commune.origin + path
