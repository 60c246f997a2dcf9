"""What pages show of the procedures."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from procedures import reading
from procedures.models import LifeEvent

register = template.Library()


@register.inclusion_tag("procedures/_life_events.html", takes_context=True)
def life_events(context: Context) -> dict[str, Any]:
    """The life events under which something is found. One query."""
    return {"events": list(LifeEvent.objects.of(context["request"].commune).with_procedures())}


@register.inclusion_tag("procedures/_procedure_head.html", takes_context=True)
def procedure_head(context: Context) -> dict[str, Any]:
    """What a procedure says of itself to search engines."""
    request, procedure = context["request"], context["procedure"]
    address = request.build_absolute_uri(procedure.get_absolute_url())
    return {
        "procedure": procedure,
        "address": address,
        "site": context["site"],
        "structured": reading.structured_data(procedure, address, request.commune),
    }


@register.inclusion_tag("procedures/_list_head.html", takes_context=True)
def list_head(context: Context, title: str, description: str = "") -> dict[str, Any]:
    """The same for a list, which has no other pages."""
    request = context["request"]
    address = request.build_absolute_uri(request.path)
    return {"title": title, "description": description, "address": address, "site": context["site"]}
