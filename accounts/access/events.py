"""What happens around signing in: one function for each event, called where it happens, with a line in the audit log.

Owners learn by mail of what they may not have done themselves; the mail is put into the outbox with the change.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import FactorReset, User
from accounts.people import name_of
from serving.clientaddress import client_address
from trail.recording import Kind, operator, record
from upkeep import outbox

logger = logging.getLogger(__name__)
# What the outbox calls such mails.
LETTERS = "accounts.notice"


def signed_in(request: HttpRequest, user: User, *, is_known_device: bool) -> None:
    """`user` is signed in, with every step that is asked of them."""
    record(Kind.SIGN_IN, request, about=user, person=user)
    if not is_known_device:
        _tell(
            request,
            user,
            gettext("A new device signed in with your account"),
            gettext(
                "somebody signed in with your account “%(username)s” in a browser that was not used for it before."
            ),
        )


def sign_in_failed(request: HttpRequest, name: str) -> None:
    """A wrong name or password. What was typed may be a password: a name is written only where an account has it."""
    person = User.objects.filter(username=name).first()
    record(Kind.SIGN_IN_FAILED, request, about=person or "")
    logger.warning("A sign-in failed, from %s", client_address(request.META))


def sign_in_refused(request: HttpRequest, name: str) -> None:
    """An attempt that came too early: no password was looked at, and a stranger cannot fill the audit log with it."""
    logger.warning("A sign-in was refused after too many failures, from %s", client_address(request.META))


def code_failed(request: HttpRequest, user: User) -> None:
    """The password was right, the code was not."""
    record(Kind.SIGN_IN_FAILED, request, about=user, after={"step": "code"})
    logger.warning("A code of account %s was wrong, from %s", user.pk, client_address(request.META))


def code_refused(request: HttpRequest, user: User) -> None:
    """A code that came too early after others that were wrong: it was not looked at."""
    logger.warning("A code of account %s was refused, from %s", user.pk, client_address(request.META))


def proved_again(request: HttpRequest, user: User) -> None:
    """`user` gave a password or code once more, before something that asks for it."""


def factor_added(request: HttpRequest, user: User) -> None:
    """An authenticator app or a passkey was set up."""
    record(Kind.FACTOR, request, about=user, after={"what": "added"})
    _tell(
        request,
        user,
        gettext("Your account has a new second factor"),
        gettext("a new second factor (authenticator app or passkey) was set up for your account “%(username)s”."),
    )


def factor_removed(request: HttpRequest, user: User) -> None:
    """The owner removed one of several factors."""
    record(Kind.FACTOR, request, about=user, after={"what": "removed"})
    _tell(
        request,
        user,
        gettext("A second factor of your account was removed"),
        gettext("a second factor (authenticator app or passkey) of your account “%(username)s” was removed."),
    )


def recovery_codes_made(request: HttpRequest, user: User) -> None:
    """New recovery codes take the place of the old ones."""
    record(Kind.FACTOR, request, about=user, after={"what": "recovery codes made"})
    _tell(
        request,
        user,
        gettext("Your account has new recovery codes"),
        gettext("new recovery codes were made for your account “%(username)s”; the old ones are no longer good."),
    )


def factor_reset_asked(request: HttpRequest, reset: FactorReset) -> None:
    """Somebody asks that the second factors of an account be removed; another has to confirm it."""
    record(Kind.FACTOR, request, about=reset.user, after={"what": "reset asked", "reason": reset.reason})
    _tell(
        request,
        reset.user,
        gettext("Removing your second factor was asked for"),
        gettext("%(actor)s asked that the second factor of your account “%(username)s” be removed.")
        % {"actor": name_of(reset.asked_by), "username": reset.user.get_username()},
    )


def factor_reset_confirmed(request: HttpRequest, reset: FactorReset) -> None:
    """A second person confirmed it: the factors are removed, and the sessions of the account ended."""
    record(Kind.FACTOR, request, about=reset.user, after={"what": "reset confirmed"})
    _tell(
        request,
        reset.user,
        gettext("Your second factor was removed"),
        gettext(
            "%(actor)s confirmed that the second factor of your account “%(username)s” be removed. "
            "At your next sign-in you set up a new one."
        )
        % {"actor": name_of(reset.decided_by), "username": reset.user.get_username()},
    )


def factor_reset_refused(request: HttpRequest, reset: FactorReset) -> None:
    """A second person refused it, or whoever asked took it back."""
    record(Kind.FACTOR, request, about=reset.user, after={"what": "reset refused"})


def factors_removed_by_operator(user: User) -> None:
    """Whoever operates the server removed the factors by command."""
    record(Kind.FACTOR, about=user, after={"what": "removed on the server"}, by=operator())
    _tell(
        None,
        user,
        gettext("Your second factor was removed"),
        gettext("the second factor of your account “%(username)s” was removed by those who operate the portal."),
    )


def password_reset_asked(request: HttpRequest, user: User) -> None:
    """A link to set a new password was sent by mail."""


def password_changed(request: HttpRequest, user: User) -> None:
    """The password was changed: by the owner, by the link of a mail, or by an administrator."""
    record(Kind.PASSWORD, request, about=user)
    _tell(
        request,
        user,
        gettext("The password of your account was changed"),
        gettext("the password of your account “%(username)s” was changed."),
    )


def password_set_by_operator(user: User) -> None:
    """Whoever operates the server set a new password by command."""
    record(Kind.PASSWORD, about=user, by=operator())
    _tell(
        None,
        user,
        gettext("The password of your account was changed"),
        gettext("the password of your account “%(username)s” was changed by those who operate the portal."),
    )


def address_changed(request: HttpRequest, user: User, before: str) -> None:
    """The e-mail address is another one, by the owner or by an administrator; the old one hears of it."""
    record(Kind.CHANGE, request, about=user, before={"email": before}, after={"email": user.email})
    tell_former_address(request, user, before)


def tell_former_address(request: HttpRequest, user: User, before: str) -> None:
    """Tell the owner of an account at the address it had `before`."""
    _tell(
        request,
        user,
        gettext("Your account has another e-mail address"),
        gettext("the e-mail address of your account “%(username)s” was changed. Mails no longer come to this one."),
        address=before,
    )


def session_ended(request: HttpRequest, user: User, count: int) -> None:
    """The owner ended `count` other sessions."""


def _tell(request: HttpRequest | None, user: User, subject: str, what: str, *, address: str | None = None) -> None:
    """Put a mail to `user` into the outbox; the address in it is the portal's own, whatever the request says.

    `request` is None for what is done on the server itself. `address`: where to, if not to the account's own.
    """
    to = user.email if address is None else address
    if not to:
        return
    body = gettext(
        "Hello %(name)s,\n\n"
        "%(what)s\n\n"
        "When: %(when)s\n"
        "Network address: %(address)s\n"
        "Browser: %(browser)s\n\n"
        "If that was you, nothing is to be done. If not, change your password and tell an administrator at once: %(link)s"
    ) % {
        "name": name_of(user),
        "what": what % {"username": user.get_username()} if "%(" in what else what,
        "when": f"{timezone.localtime():%H:%M, %d/%m/%Y}",
        "address": client_address(request.META) if request else "–",
        "browser": request.META.get("HTTP_USER_AGENT", "")[:200] if request else "–",
        "link": (request.commune.origin if request else settings.PUBLIC_URL) + reverse("admin:index"),
    }
    outbox.put(subject, body, [to], about=LETTERS, number=user.pk)
