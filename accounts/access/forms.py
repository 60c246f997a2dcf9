"""The forms of signing in, in our words; what they check is allauth's and `accounts.access`'s."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.forms import PasswordResetForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import events, guessing
from accounts.access.codes import use_code
from accounts.access.paused import paused
from accounts.models import User
from accounts.people import name_of
from textfields import EmailFormField, LineFormField
from upkeep import outbox


def password_field() -> forms.CharField:
    return forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


def code_field(label: Any) -> forms.CharField:
    """A field for a code of six digits or a recovery code."""
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
    return LineFormField(label=label, max_length=20, widget=forms.TextInput(attrs=attributes))


class SignInForm(LoginForm):
    """Name and password, under the names that browsers keep them by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("User name"),
            max_length=User._meta.get_field("username").max_length,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
        )
        self.fields["password"] = password_field()

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else super().add_prefix(field_name)


class AgainForm(PasswordAgainForm):
    password = password_field()


class CodeForm(forms.Form):
    """A code of the program, or a recovery code; the forms of allauth add what follows from it."""

    code = code_field(_("Code"))
    user: User

    def clean_code(self) -> str:
        request = context.request
        try:
            attempt = guessing.begin(request, self.user.get_username(), guessing.CODE)
        except guessing.TooEarlyError as early:
            events.code_refused(request, self.user)
            raise ImmediateHttpResponse(paused(request, early.seconds)) from early
        authenticator = use_code(self.user, self.cleaned_data["code"])
        if authenticator is None:
            events.code_failed(request, self.user)
            raise ValidationError(
                _("This code is not right, or was used before. Wait for the next one."), code="incorrect_code"
            )
        attempt.succeeded()
        self.authenticator = authenticator
        return self.cleaned_data["code"]


class CodeStepForm(CodeForm, AuthenticateForm):
    pass


class CodeAgainForm(CodeForm, ReauthenticateForm):
    pass


class ProgramForm(ActivateTOTPForm):
    code = code_field(_("The six digits that the app shows now"))


class PasskeyForm(AddWebAuthnForm):
    name = LineFormField(
        label=_("Name"),
        required=False,
        max_length=100,
        help_text=_("So that you know it again when you have several, for example “office telephone”."),
    )


class ForgottenForm(PasswordResetForm):
    """Asks for the address of an account; what is answered does not depend on it."""

    email = EmailFormField(
        label=PasswordResetForm.base_fields["email"].label,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def save(self, request: HttpRequest, token_generator: Any, **kwargs: Any) -> None:
        """Send a link to each active account of staff with the address; the link leads to the portal's own host."""
        email = self.cleaned_data["email"]
        try:
            guessing.begin(request, email.lower(), guessing.MAIL)
        except guessing.TooEarlyError:
            return  # as if there were no such account
        for user in self.get_users(email):
            if not user.is_staff:
                continue
            link = request.commune.origin + reverse(
                "password_reset_confirm",
                kwargs={
                    "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
                    "token": token_generator.make_token(user),
                },
            )
            body = gettext(
                "Hello %(name)s,\n\n"
                "a new password was asked for your account “%(username)s”. Set it on this page within an hour:\n"
                "%(link)s\n\n"
                "If you did not ask for it, nothing is to be done: your password stays as it is."
            ) % {"name": name_of(user), "username": user.get_username(), "link": link}
            outbox.put(gettext("Set a new password"), body, [user.email], about=events.LETTERS, number=user.pk)
            events.password_reset_asked(request, user)
