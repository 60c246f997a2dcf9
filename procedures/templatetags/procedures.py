"""What pages show of the procedures."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from communes.templatetags.heads import script_data
from procedures import reading
from procedures.models import LifeEvent

register = template.Library()


@register.inclusion_tag("procedures/_life_events.html", takes_context=True)
def life_events(context: Context) -> dict[str, Any]:
    """The life events under which something is found. One query."""
    return {"events": list(LifeEvent.objects.of(context["request"].commune).with_procedures())}


@register.simple_tag(takes_context=True)
def procedure_data(context: Context) -> SafeString:
    """The procedure on the page as schema.org's GovernmentService."""
    request, procedure = context["request"], context["procedure"]
    address = request.build_absolute_uri(procedure.get_absolute_url())
    return script_data(reading.structured_data(procedure, address, request.commune))
