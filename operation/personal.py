"""What the portal itself keeps about people: accounts, sign-ins, mails, the audit log, backups."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import FactorReset, KnownNetwork, OneTimeLink, User
from section import Holding, Whom
from trail.models import Entry
from upkeep.models import Letter
from upkeep.tasks import Task

HISTORY_KEPT = timedelta(days=730)
# What stands where a name was.
ERASED = "đã xóa"


def forget_old_history(at: datetime) -> int:
    """Delete the admin's notes of who changed what, HISTORY_KEPT before `at`; how many."""
    return LogEntry.objects.filter(action_time__lt=at - HISTORY_KEPT).delete()[0]


TASKS = [
    Task(
        name="admin-history",
        title=_("Delete the admin's history of changes older than two years"),
        rhythm=time(3, 45),
        run=forget_old_history,
        deletes=True,
    ),
]


def _account_of(whom: Whom) -> QuerySet[User]:
    return User.objects.filter(pk=whom.account.pk) if whom.account else User.objects.none()


def _erase_account(whom: Whom) -> int:
    """Leave the row, which articles and logs name, without its person; nobody can sign in with it."""
    account = _account_of(whom).select_for_update().first()
    if account is None:
        return 0
    account.username = f"{ERASED.replace(' ', '-')}-{account.pk}"
    account.first_name = account.last_name = account.email = ""
    account.is_active = account.is_staff = account.is_superuser = False
    account.last_login = None
    account.set_unusable_password()
    account.save()
    account.memberships.all().delete()
    account.user_permissions.clear()
    return 1


def _sign_ins_of(whom: Whom) -> list[QuerySet]:
    """What is noted of an account beside itself: whence it signed in, its sessions, its second factors and links mailed to it."""
    models = (KnownNetwork, UserSession, Authenticator, FactorReset, OneTimeLink) if whom.account else ()
    return [model.objects.filter(user=whom.account) for model in models]


def _letters_of(whom: Whom) -> QuerySet[Letter]:
    addresses = [text for text in whom.texts if "@" in text]
    found = Q(pk__in=[])
    for address in addresses:
        found |= Q(recipients__contains=[address])
    return Letter.objects.filter(found)


def _history_of(whom: Whom) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(user=whom.account) if whom.account else LogEntry.objects.none()


def _lines_of(whom: Whom) -> QuerySet[Entry]:
    own = Q(person=whom.account.pk) if whom.account else Q(pk__in=[])
    return Entry.objects.filter(own | whom.named_in("person_name", "object_name"))


PERSONAL_DATA = [
    Holding(
        what=_("Name, user name, e-mail address and last sign-in of who works on the portal"),
        why=_("To know who may do what"),
        span=_("As long as the account is needed; afterwards it is erased by command"),
        is_of_citizens=False,
        rows=lambda whom: [_account_of(whom)],
        erase=_erase_account,
    ),
    Holding(
        what=_("Networks from which somebody signed in, and counts of failures to"),
        why=_("So that guessing of passwords slows down strangers and not their owners"),
        span=_("90 days"),
        task="accounts-sign-ins",
        is_of_citizens=False,
        rows=_sign_ins_of,
        erase=lambda whom: sum(rows.delete()[0] for rows in _sign_ins_of(whom)),
    ),
    Holding(
        what=_("Sessions of who is signed in, with network address and browser"),
        why=_("So that nobody has to sign in for each page, and everybody sees where they are signed in"),
        span=_("Until they end"),
        task="accounts-sessions",
        is_of_citizens=False,
    ),
    Holding(
        what=_("Audit log: who did what, when and from which network address"),
        why=_("To answer for what was done, and to find misuse"),
        span=_("12 months; not erased before, as it proves who acted"),
        task="trail-prune",
        is_of_citizens=False,
        rows=lambda whom: [_lines_of(whom)],
    ),
    Holding(
        what=_("Who changed which entry of the administration"),
        why=_("To see what became of an entry"),
        span=_("Two years"),
        task="admin-history",
        is_of_citizens=False,
        rows=lambda whom: [_history_of(whom)],
        erase=lambda whom: _history_of(whom).delete()[0],
    ),
    Holding(
        what=_("Mails that wait to be sent, with the addresses of their recipients"),
        why=_("So that a mail is sent once the mail server takes it"),
        span=_("Until they are sent; those that cannot be sent: 30 days"),
        task="mail-forget",
        is_of_citizens=False,
        rows=lambda whom: [_letters_of(whom)],
        erase=lambda whom: _letters_of(whom).delete()[0],
    ),
    Holding(
        what=_("Backups of all that is stored"),
        why=_("So that nothing is lost with a machine"),
        span=_("Six months; each backup deletes those that are no longer kept"),
        task="backup",
        is_of_citizens=False,
    ),
]
