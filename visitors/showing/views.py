"""The addresses every visitor may ask."""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from communes.models import Commune
from serving.publiccache import public_page
from visitors.counting import beacon as signals
from visitors.counting.presence import memo
from visitors.models import Strike
from visitors.showing.statistics import Point, Span, points, sum_of

DAYS_SHOWN = 30


@csrf_exempt  # there is no cookie to ride on; the origin is checked instead
@require_POST
def beacon(request: HttpRequest) -> HttpResponse:
    return _response(signals.answer_beacon(request.META, request.read))


@require_GET
def image(request: HttpRequest) -> HttpResponse:
    return _response(signals.answer_image(request.META))


def _response(reply: signals.Reply) -> HttpResponse:
    return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type, headers=dict(signals.HEADERS))


@require_safe
@public_page
def statistics(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    (days,) = points(request.commune.pk, [Span.ending(today, DAYS_SHOWN)], closed=set())
    return render(
        request,
        "visitors/statistics.html",
        {
            "page_key": "statistics",
            "numbers": memo.known_numbers(request.commune.pk),
            "corrections": corrections_of(request.commune, days),
            "days": days,
            "sum": sum_of(days),
            "highest": max((day.visits for day in days), default=0),
        },
    )


def corrections_of(commune: Commune, days: list[Point]) -> list[Strike]:
    """The corrections of a commune that concern the days shown; no query where no day was corrected."""
    if not any(day.corrected_at for day in days):
        return []
    first = timezone.make_aware(datetime.combine(days[0].starts_on, time.min))
    return list(Strike.objects.of(commune).filter(ends_at__gt=first))


@require_safe
def figures(request: HttpRequest) -> JsonResponse:
    """The numbers of the commune's block, for other programs; 503 from a process that has never read them."""
    numbers = memo.known_numbers(request.commune.pk)
    if numbers is None:
        headers = {"Retry-After": "10", "Cache-Control": "no-store"}
        return JsonResponse({"error": "unavailable"}, status=503, headers=headers)
    response = JsonResponse(
        {
            "online": numbers.online,
            "today": numbers.today,
            "yesterday": numbers.yesterday,
            "this_week": numbers.this_week,
            "this_month": numbers.this_month,
            "all_time": numbers.all_time,
            "carried_over": numbers.carried_over,
            "record": numbers.record,
            "record_at": numbers.record_at,
        }
    )
    patch_cache_control(response, public=True, max_age=settings.PAGE_SECONDS)
    return response
