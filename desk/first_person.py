"""The first administrator is made in a browser, by a link that is printed where the portal is started.

The link works from any machine: a portal in a container or on a server is set up from another one, and behind a proxy
every visitor seems to come from this machine, so that asking for it would keep nobody out. What keeps strangers out is the
secret: 256 random bits, printed on the operator's terminal (or the log in its place) alone, good once, for a day, until
the next start prints another, and only as long as nobody could let people in.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.access import guessing
from accounts.access.views import in_admin
from accounts.links import onetime
from accounts.models import OneTimeLink, Purpose, User
from accounts.personform import PersonForm
from accounts.roles import ADMINISTRATOR, create_roles
from communes.models import Membership
from trail.recording import Kind, Subject, operator, record


class FirstPersonForm(SetPasswordMixin, PersonForm):
    password1, password2 = SetPasswordMixin.create_password_fields(label1=_("Password"), label2=_("Password again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("Where a link goes when you have forgotten the password.")

    def clean(self) -> dict[str, Any] | None:
        self.validate_passwords()
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()  # the rules for passwords look at the names
        self.validate_password_for_user(self.instance)


def has_administrator() -> bool:
    """Whether anybody could let people in: a superuser, or whoever manages the accounts of a commune."""
    people = User.objects.filter(is_active=True, is_staff=True)
    managing = Membership.objects.current().filter(
        group__permissions__codename="change_user", group__permissions__content_type__app_label="accounts"
    )
    return people.filter(is_superuser=True).exists() or people.filter(pk__in=managing.values("user")).exists()


def link_for_first_person(origin: str) -> str:
    """A new link below `origin`, which takes the place of an earlier one; empty once there is an administrator."""
    if has_administrator():
        return ""
    with transaction.atomic():
        secret = onetime.make(Purpose.FIRST)
        record(Kind.ADD, about=Subject("", OneTimeLink._meta.label_lower), by=operator())
    return origin + reverse("first_person", args=[secret])


@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def _first_person(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for name and password, and make the account: it may do everything, and works for the commune."""
    is_good = onetime.find(Purpose.FIRST, secret) is not None and not has_administrator()
    form = FirstPersonForm(request.POST if request.method == "POST" else None)
    if is_good and request.method == "POST" and form.is_valid():
        if _make(request, secret, form):
            messages.success(request, gettext("Your account is made. Sign in; the first steps follow."))
            return redirect(f"{reverse('admin:login')}?{urlencode({'next': reverse('admin:first_steps')})}")
        is_good = False
    context = {"form": form if is_good else None, "commune": request.commune}
    return TemplateResponse(request, "admin/desk/first_person.html", context, status=200 if is_good else 404)


def _make(request: HttpRequest, secret: str, form: FirstPersonForm) -> bool:
    """Make the account; False where the link was used meanwhile."""
    with transaction.atomic():
        if onetime.use(Purpose.FIRST, secret) is None or has_administrator():
            return False
        person = form.save(commit=False)
        person.is_staff = person.is_superuser = True
        form.set_password_and_save(person)
        Membership.objects.create(user=person, commune=request.commune, group=create_roles()[ADMINISTRATOR])
        guessing.know_network(request, person)
        after = {"is_superuser": True, "group": ADMINISTRATOR, "how": "one-time link"}
        record(Kind.ADD, request, about=person, after=after, person=person)
        return True


first_person = in_admin(_first_person, _("The first administrator"))
