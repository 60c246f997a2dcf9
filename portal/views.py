"""The portal's own pages: home, site map, and what machines ask for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from news.links.old_addresses import OLD_PARAMETERS
from news.links.redirect_views import moved
from news.models import Redirect
from section import menu_targets, sections
from serving.publiccache import public_page


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The home page; with a query by which a former portal named its pages, what leads on from there."""
    if not OLD_PARAMETERS.isdisjoint(request.GET):
        found = Redirect.objects.leading_from(request.get_full_path())
        if found and "?" in found.old_path:
            return moved(found.new_path)
    return render(request, "portal/home.html", {"page_key": "home"})


@require_safe
@public_page
def site_map(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/site_map.html", {"groups": menu_targets(), "page_key": "sitemap"})


@require_safe
@public_page
def favicon(request: HttpRequest) -> HttpResponse:
    """Where old browsers and other programs look for the icon that the pages name themselves."""
    return redirect(static("img/favicon.svg"), permanent=True)


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portal/robots.txt",
        {
            "unsearched": [reverse(name) for section in sections().values() for name in section.unsearched],
            "sitemap": request.build_absolute_uri(reverse("portal:sitemap")),
        },
        content_type="text/plain; charset=utf-8",
    )
