"""Forms of the admin that cannot be taken, for want of a session or a right: what was typed is given back."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache

from communes.models import Commune
from communes.work import FORM_FIELD, is_member
from richtext import CleanHtml, RichTextField, cleaned


@dataclass(frozen=True)
class Words:
    """What stood in one field; `rich` is rich text as it looks."""

    label: str
    text: str
    rich: CleanHtml | None


_FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
_TOKEN = "csrfmiddlewaretoken"


def holds_words(request: HttpRequest) -> bool:
    """Whether the request is a form of our own admin with something to lose.

    Another site must not be able to put words under our button: browsers say where a form came from.
    """
    if request.method != "POST" or request.content_type not in _FORM_TYPES:
        return False
    admin = reverse("admin:index")
    if not request.path.startswith(admin) or request.path == reverse("admin:logout"):
        return False
    match = request.resolver_match
    if match is not None and "admin" not in match.namespaces:  # signing in
        return False
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return False
    return any(value.strip() for name, value in _fields(request) if not name.startswith("_"))


@never_cache
def kept_form(request: HttpRequest) -> HttpResponse:
    """A page that holds every field of the form and sends it again, once the person has signed in. 403."""
    context = {
        "fields": _fields(request),
        "is_signed_in": request.user.is_active and request.user.is_staff,
        "files": [upload.name for uploads in request.FILES.lists() for upload in uploads[1]],
        "code": 403,
    }
    return render(request, "desk/kept_form.html", context, status=403)


@never_cache
def form_of_another_commune(request: HttpRequest, opened_for: Commune | None) -> HttpResponse:
    """A page that holds a form that was opened while the person worked for `opened_for`. 409.

    Nothing is written: its rows would have landed in the commune chosen since, in another tab.
    """
    context = {
        "fields": [(name, value) for name, value in _fields(request) if name != FORM_FIELD],
        "opened_for": opened_for if opened_for and is_member(request.user, opened_for) else None,
        "files": [upload.name for uploads in request.FILES.lists() for upload in uploads[1]],
        "form_field": FORM_FIELD,
    }
    return render(request, "desk/form_of_another_commune.html", context, status=409)


@never_cache
def refused_form(request: HttpRequest) -> HttpResponse:
    """A page with the words of a form that the person may no longer send, to be copied. 403.

    Each under the name of its field; rich text as it looks, since nobody copies the marks of HTML.
    """
    page = request.resolver_match.url_name or "" if request.resolver_match else ""
    # "news_article_change" and, of our own pages, "news_article_preview"
    models = (one for one in admin.site._registry if page.startswith(f"{one._meta.app_label}_{one._meta.model_name}_"))
    fields = {field.name: field for model in models for field in model._meta.fields}
    words = []
    for name, value in _fields(request):
        if name.startswith("_") or not any(map(str.isspace, value)):
            continue
        field = fields.get(name)
        label = capfirst(str(field.verbose_name)) if field else ""
        words.append(Words(label, value, cleaned(value) if isinstance(field, RichTextField) else None))
    return render(request, "desk/refused_form.html", {"words": words, "code": 403}, status=403)


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    # A password typed for another account does not travel through a page.
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != _TOKEN and "password" not in name
    ]
