"""The portal's own pages: home, site map, and what machines ask for."""

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemaps
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from communes.colours import style_sheet, validate_colour
from communes.models import Commune
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
        found = Redirect.objects.of(request.commune).leading_from(request.get_full_path())
        if found and "?" in found.old_path:
            return moved(found.new_path)
    return render(request, "portal/home.html", {"page_key": "home"})


@require_safe
@public_page
def site_map(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/site_map.html", {"groups": menu_targets(request.commune), "page_key": "sitemap"})


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def colours(request: HttpRequest, digits: str) -> HttpResponse:
    """The style sheet of a portal in its own colour. It follows from its address, so it may be kept for ever."""
    colour = f"#{digits}"
    try:
        validate_colour(colour)
    except ValidationError as error:
        raise Http404 from error
    return HttpResponse(style_sheet(colour), content_type="text/css; charset=utf-8")


@require_safe
@public_page
def favicon(request: HttpRequest) -> HttpResponse:
    """Where old browsers and other programs look for the icon that the pages name themselves."""
    return redirect(static("img/favicon.svg"), permanent=True)


@require_safe
@public_page
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Where the sitemaps of the commune are."""
    return sitemaps.index(
        request,
        sitemaps=_sitemaps(request.commune),
        sitemap_url_name="portal:sitemap_section",
        template_name="portal/sitemap_index.xml",
    )


@require_safe
@public_page
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """One kind of the commune's pages."""
    return sitemaps.sitemap(request, sitemaps=_sitemaps(request.commune), section=section)


def _sitemaps(commune: Commune) -> dict[str, Sitemap]:
    return {name: make(commune) for section in sections().values() for name, make in section.sitemaps.items()}


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
