"""The pages of signing in, inside the admin's frame; most are allauth's with our templates."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import codes, events, factors, guessing, sessions
from accounts.access.forms import ForgottenForm
from vietnamese import format_number

View = Callable[..., HttpResponse]


def in_admin(view: View, title: Any) -> View:
    """`view` inside the admin's frame, under `title`, and in nobody's cache."""

    @never_cache
    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            given = response.context_data or {}
            given.pop("site", None)  # Django's and allauth's idea of one would hide the portal's
            frame = admin.site.each_context(request)
            if not request.user.is_authenticated:
                frame["is_nav_sidebar_enabled"] = False
            response.context_data = frame | given | {"title": title}
        return response

    return framed


class SignInView(LoginView):
    template_name = "accounts/sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "GET" and admin.site.has_permission(request):
            return HttpResponseRedirect(self.get_next_url() or reverse("admin:index"))
        return super().dispatch(request, *args, **kwargs)


class SetUpProgramView(ActivateTOTPView):
    template_name = "accounts/program_add.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        codes.mark_used(self.request.user, form.cleaned_data["code"])
        return response


class RemovePasskeyView(RemoveWebAuthnView):
    template_name = "accounts/passkey_remove.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        if factors.is_last(self.object):
            messages.error(self.request, gettext("This is the only second factor. Set up another one first."))
            return redirect("mfa_index")
        return super().form_valid(form)


@login_required
def own_factors(request: HttpRequest) -> HttpResponse:
    """What second factors one has, and until when one must have one."""
    rows = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    recovery = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    due = factors.due_at(request.user)
    context = {
        "is_index": True,
        "host": request.get_host().partition(":")[0],
        "programs": [row for row in rows if row.type == Authenticator.Type.TOTP],
        "passkeys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(recovery.wrap().get_unused_codes()) if recovery else None,
        "due_at": due,
        "is_over": due is not None and due <= timezone.now(),
    }
    return TemplateResponse(request, "accounts/factors.html", context)


@login_required
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; POST ends one of these sessions, or all others."""
    rows = sorted(UserSession.objects.purge_and_list(request.user), key=lambda row: row.created_at, reverse=True)
    if request.method == "POST":
        others = [row for row in rows if not row.is_current()]
        if (number := request.POST.get("session", "")) != "all":
            others = [row for row in others if str(row.pk) == number]
        for row in others:
            row.end()
        events.session_ended(request, request.user, len(others))
        text = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", len(others))
        messages.success(request, text % {"count": format_number(len(others))})
        return redirect("account_sessions")
    return TemplateResponse(request, "accounts/sessions.html", {"sessions": rows})


@require_http_methods(["GET", "POST"])
@never_cache
def time_left(request: HttpRequest) -> HttpResponse:
    """How many seconds the session lasts; a POST is a sign of life, and lengthens it as far as it may last."""
    if not request.user.is_authenticated:
        return JsonResponse({"seconds": 0, "can_last": False})
    seconds = sessions.seconds_left(request, request.user)
    return JsonResponse({"seconds": seconds, "can_last": sessions.can_last(request, seconds)})


class ForgottenView(PasswordResetView):
    form_class = ForgottenForm
    success_url = reverse_lazy("password_reset_done")

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        form.save(self.request, self.token_generator)
        return redirect(self.get_success_url())


class NewPasswordView(PasswordResetConfirmView):
    success_url = reverse_lazy("password_reset_complete")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        guessing.forget_failures(self.user.get_username())
        guessing.know_network(self.request, self.user)
        events.password_changed(self.request, self.user)
        return response
