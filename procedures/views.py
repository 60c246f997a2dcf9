"""Pages of the procedures: by life event, by words, and one with what to bring."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from procedures import reading
from procedures.models import LifeEvent, Procedure
from serving.publiccache import public_page
from vietnamese import one_line


@require_safe
@public_page
def procedure_list(request: HttpRequest) -> HttpResponse:
    """All procedures under their life events, or those that hold the words asked for."""
    words = one_line(request.GET.get("q", ""))[: reading.LONGEST_QUESTION]
    context = {"page_key": "procedures", "words": words}
    if words:
        context["found"] = reading.found_in(request.commune, words)
    else:
        context["groups"] = reading.by_life_event(request.commune)
    return render(request, "procedures/procedure_list.html", context)


@require_safe
@public_page
def life_event(request: HttpRequest, slug: str) -> HttpResponse:
    """The procedures of one life event."""
    event = get_object_or_404(LifeEvent.objects.of(request.commune).with_procedures(), slug=slug)
    procedures = event.procedures.published().order_by("position", "title")[: reading.MOST_LISTED]
    context = {"event": event, "procedures": procedures, "page_key": f"lifeevent:{event.pk}"}
    return render(request, "procedures/life_event.html", context)


@require_safe
@public_page
def procedure_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One procedure, with the papers as a list to tick and print."""
    procedures = Procedure.objects.of(request.commune).published().select_related("life_event")
    procedure = get_object_or_404(procedures, pk=pk)
    if slug != procedure.slug:
        return redirect(procedure, permanent=True)
    context = {"procedure": procedure, "papers": procedure.papers.all(), "page_key": f"procedure:{pk}"}
    return render(request, "procedures/procedure_detail.html", context)
