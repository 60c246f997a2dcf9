"""Pages of the alerts, and what an open page asks for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from alerts.models import Alert, Level
from serving.publiccache import public_page

ALERTS_PER_PAGE = 20
# Readers page this far; the list is not counted.
MOST_PAGES = 50
# Seconds that shared caches keep the answer below. Unlike a page it is never shown when it is older, so that an
# alert reaches a reader whose page came from a cache that could not renew it.
ACTIVE_SECONDS = 2


@require_safe
@cache_control(public=True, max_age=0, s_maxage=ACTIVE_SECONDS, must_revalidate=True)
def active(request: HttpRequest) -> JsonResponse:
    """The alerts that hold now, for programs, and as they stand on the pages, for alerts.js."""
    alerts = Alert.objects.of(request.commune).active()
    return JsonResponse(
        {"alerts": [_told(request, alert) for alert in alerts]}, json_dumps_params={"ensure_ascii": False}
    )


def _told(request: HttpRequest, alert: Alert) -> dict[str, object]:
    return {
        "mark": alert.mark,
        "level": Level(alert.level).name.lower(),
        "headline": alert.headline,
        "text": alert.text,
        "area": alert.area,
        "starts_at": alert.starts_at.isoformat(),
        "ends_at": alert.ends_at.isoformat(),
        "link": request.build_absolute_uri(alert.link) if alert.link else "",
        "address": request.build_absolute_uri(alert.get_absolute_url()),
        "html": render_to_string("alerts/_alert.html", {"alert": alert}),
    }


@require_safe
@public_page
def alert_list(request: HttpRequest) -> HttpResponse:
    """What holds now, and what held, the newest first."""
    number = _page_number(request)
    alerts = Alert.objects.of(request.commune)
    first = (number - 1) * ALERTS_PER_PAGE
    past = list(alerts.past()[first : first + ALERTS_PER_PAGE + 1])
    if number > 1 and not past:
        raise Http404
    context = {
        "active": alerts.active() if number == 1 else [],
        "past": past[:ALERTS_PER_PAGE],
        "number": number,
        "newer": number - 1,
        "page_key": "alerts",
        "older": number + 1 if len(past) > ALERTS_PER_PAGE and number < MOST_PAGES else 0,
    }
    return render(request, "alerts/alert_list.html", context)


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("trang", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_PAGES):
        raise Http404
    return int(text)


@require_safe
@public_page
def alert_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert, for whoever passes it on; it stays when it is over, and says so."""
    alert = get_object_or_404(Alert.objects.of(request.commune).published(), pk=pk)
    context = {"alert": alert, "is_active": alert.is_active(), "page_key": f"alert:{pk}"}
    return render(request, "alerts/alert_detail.html", context)
