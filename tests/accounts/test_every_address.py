"""Every address of the admin and of one's own account × who asks × what they have proved: who gets past the door.

What is expected follows from the tables that the sections fill (`guarded`, `confirmed`), for whatever address there
is. The views behind the door are put aside: which rows somebody sees there is told by tests/communes/test_canary.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.contrib import admin, auth
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLResolver, get_resolver, include, path, resolve, reverse
from django.utils import timezone

from accounts.access import factors, reentry, sessions
from accounts.access import urls as own_urls
from accounts.models import Person, User
from accounts.roles import create_roles
from communes.models import Kind
from section import sections
from tests.accounts.factories import add_program, make_staff, sign_in
from tests.asking import Asker
from tests.communes.factories import first_commune, join, make_commune
from tests.portal.test_nonsense import addresses, filled

pytestmark = pytest.mark.django_db

ADMIN = "quan-tri/"
OWN = ADMIN + own_urls.OWN
INSIDE, SIGN_IN, SET_UP, AGAIN = "inside", "led to the sign-in", "led to the second factor", "asked once more"
DESK = "led to the desk"  # which leads to the sign-in
ROLES = ["Phóng viên", "Biên tập viên", "Quản trị viên", "province officer"]
# Where the first administrator of a portal without people is made, with a secret that only its operator has.
FIRST = f"{ADMIN}nguoi-dau-tien/<str:secret>/"
REACHED = b"reached"
# Of one's own account: where a factor comes or goes.
CHANGES_A_FACTOR = ("mfa_activate", "mfa_deactivate", "mfa_add", "mfa_remove", "mfa_generate")
METHODS, SEEN = "account_authentication_methods", sessions.SEEN


# --- What is expected ---


def open_routes() -> set[str]:
    """Where strangers may be: the steps of signing in, the editor's page, on which nobody is anybody, and FIRST."""
    steps = {ADMIN + route for route in addresses(own_urls.urlpatterns) if not route.startswith(own_urls.OWN)}
    return steps | {FIRST} | {ADMIN + route for route in addresses(include("richtext.urls")[0].urlpatterns)}


def needs_factor(group: Group) -> bool:
    guarded = {f"{app}.{codename}" for app, section in sections().items() for codename in section.guarded}
    held = group.permissions.values_list("content_type__app_label", "codename")
    return bool({f"{app}.{codename}" for app, codename in held} & (guarded | factors.PEOPLE))


def asks_again(name: str, method: str) -> bool:
    """Whether the page asks once more: of the sections' pages those they name; of one's own those that change a factor."""
    if name in {name for section in sections().values() for name in section.confirmed}:
        return method == "POST" or not name.endswith("_changelist")
    return name.startswith(CHANGES_A_FACTOR)


def expected(route: str, name: str, method: str, state: str, *, is_guarded: bool) -> str:
    if route in OPEN:
        return INSIDE
    if state in ("nobody", "first step only") or (state == "idle for an hour" and is_guarded):
        return DESK if name == "admin:logout" else SIGN_IN
    if state == "grace over" and is_guarded and not route.startswith(OWN) and name != "admin:logout":
        return SET_UP
    return AGAIN if state == "proved long ago" and asks_again(name, method) else INSIDE


OPEN = open_routes()
# The three pages that ask; one that one has no means for leads to another.
ASKING = f"/{OWN}xac-nhan/"


# --- What is answered ---


def reached(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(*_args: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponse(REACHED)

    return answer


def remembering(get_user: Callable[[HttpRequest], Person]) -> Callable[[HttpRequest], Person]:
    """Who a session is of is read once for all addresses, with their rights."""
    known: dict[str | None, Person] = {}

    def remembered(request: HttpRequest) -> Person:
        key = request.session.session_key
        if key not in known:
            known[key] = get_user(request)
        return known[key]

    return remembered


@pytest.fixture
def doors(monkeypatch, settings) -> Iterator[list[tuple[str, str, str]]]:
    """(route, name, address) of every page below the admin's address, whose views only say that they were reached."""
    gate = admin.AdminSite.admin_view
    monkeypatch.setattr(
        admin.AdminSite, "admin_view", lambda site, view, cacheable=False: gate(site, reached(view), cacheable)
    )
    monkeypatch.setattr(Template, "render", lambda *_args, **_kwargs: "")  # of one's own pages
    patterns = [
        path(str(entry.pattern), admin.site.urls)
        if isinstance(entry, URLResolver) and entry.app_name == "admin"
        else entry
        for entry in get_resolver().url_patterns
    ]
    urls = ModuleType("doors")
    urls.urlpatterns = patterns
    settings.ROOT_URLCONF = urls
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    monkeypatch.setattr(auth, "get_user", remembering(auth.get_user))
    found = []
    for route in dict.fromkeys(addresses(patterns)):
        if route.startswith(ADMIN):
            address = filled(route, lambda _name: "1")
            found.append((route, resolve(address).view_name, address))
    return found


def answered(client: Client, method: str, route: str, address: str) -> str:
    response = client.generic(method, address)
    target = response.headers.get("Location", "").partition("?")[0]
    if route in OPEN:
        return INSIDE if response.status_code in (200, 302, 404) else str(response.status_code)
    if target == reverse("admin:login"):
        return SIGN_IN
    if target == reverse("admin:index") and not route.startswith(OWN):
        return DESK
    if response.headers.get("Content-Type") == "application/json" and b'"seconds": 0' in response.content:
        return SIGN_IN  # how long the session lasts
    if target == reverse("mfa_index") and not route.startswith(OWN):
        return SET_UP
    if route.startswith(OWN):
        is_asked = response.status_code == 403 or (target.startswith(ASKING) and not address.startswith(ASKING))
        return AGAIN if is_asked else INSIDE if response.status_code < 500 else str(response.status_code)
    if response.status_code == 403:
        return AGAIN
    return INSIDE if response.content == REACHED else str(response.status_code)


# --- Who asks ---


def in_session(client: Client, **changes: Any) -> Client:
    session = client.session
    session.update(changes)
    session.save()
    return client


def enter(user: User, *methods: str, at: float | None = None) -> Asker:
    client = Asker()
    client.force_login(user, backend="communes.work.MembershipBackend")
    at = at or time.time()
    proved = [{"method": method, "at": at, "reauthenticated": True} for method in methods]
    return in_session(client, **{METHODS: proved})


def half_way(group: Group) -> Asker:
    """Somebody has given the password, and no code yet."""
    join(user := make_staff("nua-duong"), group)
    add_program(user)
    browser, client = Client(), Asker()
    sign_in(browser, user.username)
    client.cookies = browser.cookies
    return client


def states_of(name: str, group: Group, **where: Any) -> Iterator[tuple[str, Asker]]:
    """What somebody of a group has proved, and a browser in which they have."""
    plain, secured = make_staff(f"{name}-1"), make_staff(f"{name}-2")
    for user in (plain, secured):
        user.memberships.all().delete()
        join(user, group, **where)
    add_program(secured)
    yield "within grace", enter(plain, "password")
    User.objects.filter(pk=plain.pk).update(factor_asked_at=timezone.now() - timedelta(days=400))
    yield "grace over", enter(plain, "password")
    yield "factor confirmed", enter(secured, "password", "mfa")
    hour = sessions.LONGEST_IDLE.total_seconds() + 60
    yield "idle for an hour", in_session(enter(secured, "password", "mfa"), **{SEEN: time.time() - hour})
    long_ago = time.time() - portal_settings.ACCOUNT_REAUTHENTICATION_TIMEOUT - 60
    yield "proved long ago", enter(secured, "password", "mfa", at=long_ago)


def test_each_role_gets_as_far_as_it_has_proved_at_every_address(doors, settings, monkeypatch):
    # Neither is a sign of life, and a session that is over is not thrown away: the next address finds it as it was.
    monkeypatch.setattr(sessions, "_note", lambda _request: None)
    monkeypatch.setattr(sessions, "logout", lambda _request: None)
    groups = create_roles()
    province = make_commune("tinh.vn", kind=Kind.PROVINCE)
    first_commune()
    asked, wrong = 0, []

    def walk(role: str, state: str, client: Client, *, is_guarded: bool) -> None:
        nonlocal asked
        for route, name, address in doors:
            is_list = state == "proved long ago" and name.endswith("_changelist")
            for method in ("GET", "POST") if is_list else ("GET",):
                wanted = expected(route, name, method, state, is_guarded=is_guarded)
                got = answered(client, method, route, address)
                asked += 1
                if got != wanted:
                    wrong.append(f"{role}, {state}: {method} {address} ({name}): {got}, not {wanted}")

    walk("stranger", "nobody", Asker(), is_guarded=False)
    walk(ROLES[2], "first step only", half_way(groups[ROLES[2]]), is_guarded=True)
    guarded = {}
    for role in ROLES:
        group, where = groups.get(role, groups["Quản trị viên"]), {} if role in groups else {"commune": province}
        guarded[role] = needs_factor(group)
        for state, client in states_of(role.replace(" ", "-"), group, **where):
            walk(role, state, client, is_guarded=guarded[role])

    assert wrong == []
    assert asked > 5000
    assert guarded == dict.fromkeys(ROLES, True) | {"Phóng viên": False}
    assert {name for _route, name, _address in doors} >= reentry.CONFIRMED
