"""The portal's own pages: home, site map, and what machines ask for."""

from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from news.links.old_addresses import OLD_PARAMETERS
from news.links.redirect_views import moved
from news.models import Redirect
from section import menu_targets, sections
from serving.publiccache import public_page
from upkeep import machineclock
from visitors.models import MinuteSample


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


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, every migration is applied and the clock can be right; else 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        is_behind = not pending and machineclock.is_behind(timezone.now(), _newest_moments(executor))
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    if pending:
        return JsonResponse({"database": "ok", "pending_migrations": len(pending)}, status=503)
    if is_behind:
        # Pages go on with the last moment that was believed (upkeep.believedtime): somebody has to put it right.
        return JsonResponse({"database": "ok", "pending_migrations": 0, "clock": "behind"}, status=503)
    return JsonResponse({"database": "ok", "pending_migrations": 0})


def _newest_moments(executor: MigrationExecutor) -> list[datetime | None]:
    """When the database was written to last, by rows that nobody dates ahead."""
    return [
        MinuteSample.objects.order_by("-minute_at").values_list("minute_at", flat=True).first(),
        LogEntry.objects.order_by("-pk").values_list("action_time", flat=True).first(),
        executor.recorder.migration_qs.order_by("-id").values_list("applied", flat=True).first(),
    ]
