"""The alerts above every page. One query."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from alerts.models import Alert

register = template.Library()


@register.inclusion_tag("alerts/_active_alerts.html", takes_context=True)
def active_alerts(context: Context) -> dict[str, Any]:
    """Those that hold now, and the script that looks for new ones while the page stays open."""
    commune = context["request"].commune
    return {"alerts": list(Alert.objects.of(commune).active()) if commune else []}
