"""Accounts that nobody uses are disabled: a password that is forgotten by its owner may be known to another.

An account was used when its owner signed in last, or when it was made. A week before it is disabled, a mail says
so; nobody's account is disabled without that week. The last account that operates the deployment stays, and in each
commune the last one that manages its people.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communes.models import Membership
from trail.recording import Kind, record
from upkeep import outbox
from upkeep.tasks import Task
from vietnamese import format_number

logger = logging.getLogger(__name__)

# Between the mail and what it announces.
NOTICE = timedelta(days=7)
# What the outbox calls such mails.
LETTERS = "accounts.idle"


def disable_idle_accounts(at: datetime) -> str:
    """Tell those who have not signed in for long, and disable the accounts of those told a week before; what it did."""
    if not settings.ACCOUNT_IDLE_DAYS:
        return gettext("ACCOUNT_IDLE_DAYS is 0: no account is disabled.")
    _forget_notices()
    told = disabled = kept = 0
    for pk in list(_idle(at - _limit() + NOTICE).values_list("pk", flat=True)):
        with transaction.atomic():
            person = _idle(at - _limit() + NOTICE).select_for_update(of=("self",)).filter(pk=pk).first()
            if person is None:  # has just signed in
                continue
            if is_last(person, at):
                kept += 1
            elif person.idle_noticed_at is None:
                _tell(person, at)
                told += 1
            elif person.used_at <= at - _limit() and person.idle_noticed_at <= at - NOTICE:
                _disable(person, at)
                disabled += 1
    return "\n".join(_words(told, disabled, kept))


def is_last(person: User, at: datetime) -> bool:
    """Whether nobody else could let `person` in again: the last superuser, or the last who manages a commune's people."""
    others = User.objects.filter(is_active=True, is_staff=True).exclude(pk=person.pk)
    if person.is_superuser and not others.filter(is_superuser=True).exists():
        return True
    managing = Membership.objects.current(timezone.localdate(at)).filter(
        group__permissions__codename="change_user", group__permissions__content_type__app_label="accounts"
    )
    managed = set(managing.filter(user=person).values_list("commune", flat=True))
    return bool(managed - set(managing.filter(user__in=others, commune__in=managed).values_list("commune", flat=True)))


def disabled_on(person: User) -> date:
    """The day on which the account of somebody who was told will be disabled."""
    used_at = max(moment for moment in (person.last_login, person.date_joined) if moment)
    return timezone.localdate(max(used_at + _limit(), person.idle_noticed_at + NOTICE))


def state_of(person: User) -> str:
    """What the page of an account says of it."""
    if not person.is_active and person.idle_disabled_at:
        return gettext(
            "Disabled on %(day)s, because nobody had signed in for long. Tick “Active” to enable it again."
        ) % {"day": _day(timezone.localdate(person.idle_disabled_at))}
    if not person.is_active:
        return "–"
    if not settings.ACCOUNT_IDLE_DAYS:
        return gettext("Accounts that nobody uses stay enabled.")
    if person.idle_noticed_at and not person.idle_disabled_at:
        return gettext(
            "Will be disabled on %(day)s, unless its owner signs in. A mail says so, if the account has an address."
        ) % {"day": _day(disabled_on(person))}
    return gettext("Would be disabled after %(count)s days without a sign-in, with a mail 7 days before.") % {
        "count": format_number(settings.ACCOUNT_IDLE_DAYS)
    }


def _limit() -> timedelta:
    return timedelta(days=settings.ACCOUNT_IDLE_DAYS)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _idle(moment: datetime) -> QuerySet[User]:
    """Enabled accounts of staff that nobody has used since `moment`, the longest unused first."""
    used_at = Greatest(Coalesce("last_login", "date_joined"), "date_joined")
    staff = User.objects.filter(is_active=True, is_staff=True)
    return staff.annotate(used_at=used_at).filter(used_at__lte=moment).order_by("used_at", "pk")


def _forget_notices() -> None:
    """Begin anew with those who signed in since they were told, and with accounts that were enabled again."""
    signed_in = Q(last_login__gt=F("idle_noticed_at"))
    enabled_again = Q(is_active=True, idle_disabled_at__isnull=False)
    User.objects.filter(signed_in | enabled_again).update(idle_noticed_at=None, idle_disabled_at=None)


def _tell(person: User, at: datetime) -> None:
    person.idle_noticed_at = at
    person.save(update_fields=["idle_noticed_at"])
    if not person.email:
        return
    place = Membership.objects.current(timezone.localdate(at)).filter(user=person).select_related("commune").first()
    origin = place.commune.origin if place else settings.PUBLIC_URL
    body = gettext(
        "Hello %(name)s,\n\n"
        "nobody has signed in with your account “%(username)s” of the portal for long. It will be disabled on %(day)s.\n\n"
        "If you still need it, sign in before that day: %(address)s\n"
        "If you do not, nothing is to be done. An administrator can enable it again at any time."
    ) % {
        "name": person.get_full_name() or person.get_username(),
        "username": person.get_username(),
        "day": _day(disabled_on(person)),
        "address": origin + reverse("admin:index"),
    }
    outbox.put(gettext("Your account will be disabled"), body, [person.email], about=LETTERS, number=person.pk)


def _disable(person: User, at: datetime) -> None:
    person.is_active = False
    person.idle_disabled_at = at
    person.save(update_fields=["is_active", "idle_disabled_at"])
    record(Kind.CHANGE, about=person, before={"is_active": True}, after={"is_active": False})
    logger.info("Account %s was disabled: not used since %s", person.pk, person.used_at.date())


def _words(told: int, disabled: int, kept: int) -> list[str]:
    words = []
    if told:
        words.append(ngettext("%(count)s person was told.", "%(count)s people were told.", told) % {"count": told})
    if disabled:
        text = ngettext("%(count)s account was disabled.", "%(count)s accounts were disabled.", disabled)
        words.append(text % {"count": disabled})
    if kept:
        text = ngettext(
            "%(count)s idle account stays: nobody else could enable the others again.",
            "%(count)s idle accounts stay: nobody else could enable the others again.",
            kept,
        )
        words.append(text % {"count": kept})
    return words


TASKS = [
    Task(
        name="accounts-idle",
        title=_("Disable accounts that nobody uses"),
        rhythm=time(3, 40),
        run=disable_idle_accounts,
        deletes=True,
    ),
]
