"""Where people sign in and look after their own account; below the admin's address. Nothing else of allauth is listed.

There is no page to sign up: colleagues are invited.
"""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth import views as auth
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.access import views
from accounts.access.reentry import renewing
from accounts.access.views import in_admin
from accounts.links import invitations, profile

CONFIRM = "accounts/confirm.html"


def confirming(view: Any) -> Any:
    """A page that asks once more who it is."""
    return in_admin(renewing(view.as_view(template_name=CONFIRM)), _("Confirm that it is you"))


def forgotten(view: Any) -> Any:
    """A page of Django's about a forgotten password, in the frame of the sign-in."""
    return view.as_view(template_name="accounts/forgotten.html", extra_context={"django_page": view.template_name})


# Below this people look after their own account, also those who must set up a second factor before anything else.
OWN = "tai-khoan-toi/"

urlpatterns = [
    path("login/", in_admin(views.SignInView.as_view(), _("Sign in")), name="account_login"),
    path(
        "xac-thuc/",
        in_admin(mfa.AuthenticateView.as_view(template_name="accounts/second_step.html"), _("Second step")),
        name="mfa_authenticate",
    ),
    # Forgotten password
    path(
        "quen-mat-khau/", in_admin(forgotten(views.ForgottenView), _("Forgotten password")), name="admin_password_reset"
    ),
    path(
        "quen-mat-khau/da-gui/",
        in_admin(forgotten(auth.PasswordResetDoneView), _("Look into your mail")),
        name="password_reset_done",
    ),
    path(
        "mat-khau-moi/<uidb64>/<token>/",
        in_admin(forgotten(views.NewPasswordView), _("Set a new password")),
        name="password_reset_confirm",
    ),
    path(
        "mat-khau-moi/xong/",
        in_admin(forgotten(auth.PasswordResetCompleteView), _("The new password is set")),
        name="password_reset_complete",
    ),
    path(
        "loi-moi/<uidb64>/<token>/",
        in_admin(invitations.InvitationView.as_view(), _("Welcome to the portal")),
        name="invitation",
    ),
    # Once more, before something that asks for it
    path(
        f"{OWN}xac-nhan/mat-khau/",
        confirming(account.ReauthenticateView),
        name="account_reauthenticate",
    ),
    path(
        f"{OWN}xac-nhan/ma/",
        confirming(mfa.ReauthenticateView),
        name="mfa_reauthenticate",
    ),
    path(
        f"{OWN}xac-nhan/passkey/",
        confirming(webauthn.ReauthenticateWebAuthnView),
        name="mfa_reauthenticate_webauthn",
    ),
    # Second factors
    path(OWN, in_admin(views.own_factors, _("Signing in with two steps")), name="mfa_index"),
    path(
        f"{OWN}ung-dung/",
        in_admin(views.SetUpProgramView.as_view(), _("Set up an authenticator app")),
        name="mfa_activate_totp",
    ),
    path(
        f"{OWN}ung-dung/bo/",
        in_admin(
            totp.DeactivateTOTPView.as_view(template_name="accounts/program_remove.html"),
            _("Remove the authenticator app"),
        ),
        name="mfa_deactivate_totp",
    ),
    path(
        f"{OWN}passkey/",
        in_admin(webauthn.AddWebAuthnView.as_view(template_name="accounts/passkey_add.html"), _("Set up a passkey")),
        name="mfa_add_webauthn",
    ),
    path(
        f"{OWN}passkey/<int:pk>/bo/",
        in_admin(views.RemovePasskeyView.as_view(), _("Remove the passkey")),
        name="mfa_remove_webauthn",
    ),
    path(
        f"{OWN}ma-du-phong/",
        in_admin(
            recovery.ViewRecoveryCodesView.as_view(template_name="accounts/recovery_codes.html"), _("Recovery codes")
        ),
        name="mfa_view_recovery_codes",
    ),
    path(
        f"{OWN}ma-du-phong/moi/",
        in_admin(
            recovery.GenerateRecoveryCodesView.as_view(template_name="accounts/recovery_codes_new.html"),
            _("Make new recovery codes"),
        ),
        name="mfa_generate_recovery_codes",
    ),
    # Name and address
    path(f"{OWN}ho-ten/", in_admin(profile.own_profile, _("Your name and e-mail")), name="account_profile"),
    path(
        f"{OWN}thu-dien-tu/<str:secret>/",
        in_admin(profile.new_address, _("Confirm your new e-mail address")),
        name="account_new_address",
    ),
    # Sessions
    path(f"{OWN}phien/", in_admin(views.own_sessions, _("Where you are signed in")), name="account_sessions"),
    path(f"{OWN}con-lai/", views.time_left, name="account_time_left"),
]
