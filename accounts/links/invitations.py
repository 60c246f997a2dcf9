"""A new colleague sets the password by a link that is mailed to them, good once and for a week."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext

from accounts.access import guessing
from accounts.access.views import NewPasswordView
from accounts.links import onetime
from accounts.models import OneTimeLink, Purpose, User
from accounts.people import name_of
from trail.recording import Kind, record
from upkeep import outbox
from upkeep.models import Letter
from vietnamese import format_datetime_12h

# What the outbox calls such mails.
LETTERS = "accounts.invitation"


def invite(request: HttpRequest, user: User) -> None:
    """Mail a link to `user`, who has an address and no password yet; an earlier link is no longer good.

    The link leads to the commune's own host, whatever the request says.
    """
    with transaction.atomic():
        secret = onetime.make(Purpose.INVITATION, user, email=user.email, made_by=request.user)
        _unsent(user).delete()
        link = request.commune.origin + reverse(
            "invitation", kwargs={"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": secret}
        )
        body = gettext(
            "Hello %(name)s,\n\n"
            "%(inviter)s has made an account for you at “%(portal)s”.\n\n"
            "Your user name: %(username)s\n"
            "Set your password on this page: %(link)s\n\n"
            "The link is good once, until %(until)s. If it is too late, ask for a new one. "
            "If you expected no such mail, nothing is to be done."
        ) % {
            "name": name_of(user),
            "inviter": name_of(request.user),
            "portal": request.commune.site.name,
            "username": user.get_username(),
            "link": link,
            "until": format_datetime_12h(invitation_of(user).ends_at),
        }
        outbox.put(gettext("Your account at the portal"), body, [user.email], about=LETTERS, number=user.pk)
        record(Kind.CHANGE, request, about=user, after={"invitation": "sent", "email": user.email})


def forget(user: User) -> None:
    """No invitation of `user` is good any longer, and none is sent: they have a password, or shall have none."""
    OneTimeLink.objects.filter(user=user, purpose=Purpose.INVITATION).delete()
    _unsent(user).delete()


def withdraw(request: HttpRequest, user: User) -> None:
    """Take the invitation of `user` back: its link is no longer good, and the account is disabled."""
    with transaction.atomic():
        forget(user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        record(Kind.CHANGE, request, about=user, after={"invitation": "withdrawn", "is_active": False})


def invitation_of(user: User) -> OneTimeLink | None:
    """The last invitation of `user` that was neither used nor withdrawn, good or over."""
    return OneTimeLink.objects.select_related("made_by").filter(user=user, purpose=Purpose.INVITATION).first()


def trouble_of(user: User) -> str:
    """Why the mail with the invitation of `user` has not gone yet; empty where it has, or nothing is known."""
    letter = _unsent(user).first()
    return letter.error if letter else ""


def _unsent(user: User) -> Any:
    return Letter.objects.about(LETTERS).filter(number=user.pk)


class _Tokens:
    """Looks at the secret of an invitation where Django looks at the token of a forgotten password."""

    def check_token(self, user: User | None, token: str | None) -> bool:
        link = onetime.find(Purpose.INVITATION, token) if user and token else None
        return (
            link is not None
            and link.user_id == user.pk
            and link.email == user.email
            and user.is_active
            and user.is_staff
            and not user.has_usable_password()
        )


class InvitationView(NewPasswordView):
    """Set the first password. The secret moves from the address into the session before the page is shown."""

    template_name = "accounts/invitation.html"
    token_generator = _Tokens()

    def form_valid(self, form: Any) -> HttpResponse:
        secret = self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        with transaction.atomic():
            # Looked at again: it may have been used, withdrawn or replaced, and the account changed, since the page was opened.
            self.user = form.user = User.objects.select_for_update().filter(pk=self.user.pk).first()
            if not self.token_generator.check_token(self.user, secret):
                self.validlink = False
                return self.render_to_response(self.get_context_data(form=None))
            forget(self.user)
            response = super(NewPasswordView, self).form_valid(form)
            guessing.know_network(self.request, self.user)
            record(Kind.PASSWORD, self.request, about=self.user, after={"invitation": "accepted"}, person=self.user)
        return response
