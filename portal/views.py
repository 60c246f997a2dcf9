"""The portal's own pages: site map, and what machines ask for."""

from datetime import timedelta
from urllib.parse import quote

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemaps
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from communes import policyreports
from communes.colours import style_sheet, validate_colour
from communes.models import Commune
from section import menu_targets, sections
from serving.publiccache import public_page

# As static/css/tokens.css has them.
COLOUR, BACKGROUND = "#9b1519", "#f5f2ec"

# RFC 9116, section 2.5.5, recommends less than a year; the day is counted anew with every answer.
SECURITY_TXT_VALID = timedelta(days=180)


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
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone that keeps the portal among its programs calls and shows it."""
    site = request.commune.site
    icons = [("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-maskable-512.png", 512, "maskable")]
    return JsonResponse(
        {
            "name": str(site.name),
            "short_name": request.commune.name,
            "lang": "vi",
            "id": reverse("portal:home"),
            "start_url": reverse("portal:home"),
            "scope": reverse("portal:home"),
            "display": "minimal-ui",
            "background_color": BACKGROUND,
            "theme_color": site.colour or COLOUR,
            "icons": [
                {"src": static(f"img/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
                for name, size, purpose in icons
            ],
        },
        content_type="application/manifest+json",
    )


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


@require_safe
@public_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to write about a weakness of the portal (RFC 9116); not found while the identity has no e-mail."""
    site = request.commune.site
    email = site.security_email or site.email
    if not email:
        raise Http404
    expires = timezone.now().replace(hour=0, minute=0, second=0) + SECURITY_TXT_VALID
    lines = [
        f"Contact: mailto:{quote(email, safe='@+')}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
        f"Canonical: {request.build_absolute_uri(reverse('portal:security_txt'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@csrf_exempt  # sent by browsers themselves, which know no token; nothing of the session is read
@require_POST
def policy_report(request: HttpRequest) -> HttpResponse:
    """Take what a browser reports of the content security policy. The answer never says what became of it."""
    now = timezone.now()
    if policyreports.budget.allows(request.commune, now):
        refusal = policyreports.refusal_in(request.read(policyreports.LARGEST), request.get_host())
        if refusal is not None:
            policyreports.note(request.commune, refusal, now)
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
