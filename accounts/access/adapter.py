"""How django-allauth behaves here: who gets in, what is said, what is mailed. Its signals are not used."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import events, factors, guessing, keys, sessions
from accounts.access.paused import paused
from accounts.models import User
from serving.clientaddress import client_address

# What a page says after a step, by the template that allauth would take; of the others nothing.
SAID = {
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is no longer asked for."),
    "mfa/messages/webauthn_added.txt": _("The passkey is set up."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
}
# What its owner is told by mail, by allauth's name for it.
TOLD = {
    "mfa/email/totp_activated": events.factor_added,
    "mfa/email/webauthn_added": events.factor_added,
    "mfa/email/totp_deactivated": events.factor_removed,
    "mfa/email/webauthn_removed": events.factor_removed,
    "mfa/email/recovery_codes_generated": events.recovery_codes_made,
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "The user name or the password is not right. Both tell small letters from large."
        ),
        "incorrect_password": _("The password is not right."),
        "incorrect_code": _("This code is not right, or was used before. Wait for the next one."),
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The member of staff with this name and password; an attempt that comes too early gets its page at once."""
        name = credentials.get("username", "")
        try:
            attempt = guessing.begin(request, name)
        except guessing.TooEarlyError as early:
            events.sign_in_refused(request, name)
            raise ImmediateHttpResponse(paused(request, early.seconds)) from early
        user = authenticate(request, **credentials)
        if not isinstance(user, User) or not user.is_staff:
            events.sign_in_failed(request, name)
            return None
        attempt.succeeded()
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, username=user.get_username(), password=password)
        return found is not None and found.pk == user.pk

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        sessions.begin(request)
        events.signed_in(request, user, is_known_device=guessing.remember(request, response, user))
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(client_address(request.META))

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        text = kwargs.get("message") or SAID.get(message_template or "")
        if text:
            messages.add_message(request, level, text)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        if template_prefix in TOLD:
            TOLD[template_prefix](self.request, user)


class FactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or was used before. Wait for the next one."),
        "cannot_delete_authenticator": _("This is the only second factor. Set up another one first."),
    }

    def encrypt(self, text: str) -> str:
        return keys.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return keys.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not factors.is_last(authenticator)

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        picture = BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
        return picture.getvalue().decode()

    def _get_site_name(self) -> str:
        """What programs of codes and browsers call the portal."""
        return str(context.request.commune.site.name)

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """A passkey is good at the host it was made at, and nowhere else."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        name = gettext("Passkey for %(host)s") % {"host": context.request.get_host().partition(":")[0]}
        return f"{name} ({count + 1})" if count else name
