"""Django's admin under the portal's name."""

import os
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.access import events, reentry, sessions
from communes.hosts import table
from communes.work import FORM_FIELD, choices_of, is_member, work_for
from desk import kept_forms
from desk.first_steps import steps_on_desk
from desk.guides import help_for
from desk.urls import desk_pages
from desk.waiting import errands_of, piles_of
from serving.pagecache import ENVIRON_KEY
from trail.recording import Kind, record

# What Django's lists and forms load: jQuery 3 tries the browser with strings of its own as soon as it runs.
JQUERY = b"admin/js/vendor/jquery/"
BEARS_JQUERY = csp_replace({"require-trusted-types-for": None, "trusted-types": None})

# After the features, which staff open daily: what is set once.
SET_ONCE = ("communes", "accounts", "auth", "trail", "upkeep")


class PortalAdminSite(admin.AdminSite):
    site_header = _("Portal administration")
    site_title = _("Portal administration")
    index_title = _("Work desk")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        apps = super().get_app_list(request, app_label)
        if app_label is None:
            _move_accounts(apps)
        for app in apps:
            if len(app["models"]) == 1:  # the page of the app would have a single line
                app["app_url"] = app["models"][0].get("admin_url") or app["app_url"]
        rank = {label: number for number, label in enumerate([*settings.FEATURES, *SET_ONCE])}
        return sorted(apps, key=lambda app: rank.get(app["app_label"], len(rank)))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The work desk: what waits, what one does daily, then everything else."""
        desk = {
            "piles": piles_of(request.user),
            "errands": errands_of(request.user),
            "factor_due_at": getattr(request, "factor_due_at", None),
            **steps_on_desk(request.user),
        }
        return super().index(request, desk | (extra_context or {}))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("bo-nho-trang/", self.admin_view(self.page_cache), name="page_cache"),
            path("lam-viec-cho/", self.admin_view(require_POST(self.choose_commune)), name="work_for"),
            *desk_pages(self.admin_view),
            *super().get_urls(),
        ]

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:  # noqa: FBT001, FBT002 - Django's signature
        """As Django's, with a question for the password before what `reentry` names, and two kinds of requests answered better.

        A form that arrives after the session ended is offered again instead of thrown away. A list takes
        conditions from its address: what no column can be compared with (PostgreSQL knows no NUL and no
        year 99999) is a bad request, not an error.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request) and kept_forms.holds_words(request):
                return kept_forms.kept_form(request)
            if any("\x00" in text for name, values in request.GET.lists() for text in (name, *values)):
                raise BadRequest
            if self.has_permission(request) and (page := reentry.asked(request)) is not None:
                return page
            if request.method == "POST":
                if not _chosen_are_keys(request):
                    raise BadRequest
                if (conflict := self._conflict_of_communes(request)) is not None:
                    return conflict
            if request.method != "GET" or not request.GET or not _is_list(request):
                try:
                    return inner(request, *args, **kwargs)
                except RawPostDataException as error:  # a form, where JSON is taken
                    raise BadRequest from error
            try:
                with transaction.atomic():  # so that the page that says so can still read
                    response = inner(request, *args, **kwargs)
                    # A list reads its last rows while it is drawn.
                    return response.render() if isinstance(response, TemplateResponse) else response
            except (ValueError, OverflowError, DataError, ValidationError) as error:
                raise BadRequest from error

        @wraps(guarded)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = guarded(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.add_post_render_callback(_bear_jquery)
            else:
                _bear_jquery(response)
            return response

        return answered

    def _conflict_of_communes(self, request: HttpRequest) -> HttpResponse | None:
        """The page for a form that was opened for another commune than the one worked for now."""
        opened_for = request.POST.get(FORM_FIELD, "")
        if not opened_for or opened_for == str(request.commune.pk):
            return None
        commune = table.commune(int(opened_for)) if opened_for.isascii() and opened_for.isdecimal() else None
        if commune is None or request.POST.get("_work_for") != opened_for or not is_member(request.user, commune):
            return kept_forms.form_of_another_commune(request, commune)
        work_for(request, commune)
        request.commune = request.user.commune = commune
        return None

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            record(Kind.SIGN_OUT, request)
        return super().logout(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """As Django's; the owner hears of it by mail."""
        with transaction.atomic():
            response = super().password_change(request, extra_context)
            if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
                sessions.renewed(request)
                events.password_changed(request, request.user)
        return response

    def choose_commune(self, request: HttpRequest) -> HttpResponse:
        """Work for another commune from now on, chosen in the header."""
        number = request.POST.get("commune", "")
        commune = table.commune(int(number)) if number.isascii() and number.isdecimal() else None
        if commune is None or not is_member(request.user, commune):
            raise PermissionDenied
        work_for(request, commune)
        return redirect("admin:index")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the communes one may work for, where there is a choice, and how long the session lasts."""
        context = super().each_context(request)
        if not context["has_permission"]:
            return context
        choices = choices_of(request.user) if len(table.communes()) > 1 else []
        return context | {
            "communes": choices if len(choices) > 1 else [],
            "help_address": help_for(request.resolver_match),
            "seconds_left": max(sessions.seconds_left(request, request.user), 1),
        }

    def page_cache(self, request: HttpRequest) -> HttpResponse:
        """What the page cache of the answering process has done since it started.

        Its addresses hold what citizens searched for.
        """
        if not request.user.has_perm("communes.change_siteidentity"):
            raise PermissionDenied
        cache = request.environ.get(ENVIRON_KEY)
        context = {
            **self.each_context(request),
            "title": gettext("Page cache"),
            "process": os.getpid(),
            "stats": cache.stats() if cache else None,
        }
        return TemplateResponse(request, "admin/page_cache.html", context)


def _is_list(request: HttpRequest) -> bool:
    name = request.resolver_match.url_name or ""
    return name.endswith("_changelist") or name == "autocomplete"


def _chosen_are_keys(request: HttpRequest) -> bool:
    """Whether the rows ticked in a list can be rows of its model; Django looks for them without asking."""
    options = getattr(request.resolver_match.func, "model_admin", None)
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME) if options else []
    try:
        for text in chosen:
            options.model._meta.pk.get_prep_value(text)
    except ValueError:
        return False
    return not any("\x00" in text for text in chosen)


def _move_accounts(apps: list[dict[str, Any]]) -> None:
    """Show groups beside the users: that Django's model of groups lives elsewhere is no concern of staff."""
    by_label = {app["app_label"]: app for app in apps}
    if {"accounts", "auth"} <= by_label.keys():
        by_label["accounts"]["models"] += by_label["auth"]["models"]
        apps.remove(by_label["auth"])


def _bear_jquery(response: HttpResponse) -> None:
    """Leave trusted types out of the policy of a page with jQuery, which knows nothing of them."""
    if not response.streaming and JQUERY in response.content:
        BEARS_JQUERY(lambda: response)()
