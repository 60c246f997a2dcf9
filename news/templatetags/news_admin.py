"""Parts of the article form in the admin."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext_lazy as _

from news.models import Action

register = template.Library()

BUTTONS = {
    Action.SUBMIT: _("Send for review"),
    Action.RETURN: _("Return to the author…"),
    Action.PUBLISH: _("Approve and publish"),
    Action.FORCE: _("Publish urgently…"),
    Action.CONFIRM: _("Confirm the urgent publication"),
    Action.WITHDRAW: _("Withdraw…"),
    Action.RESTORE: _("Restore as a draft"),
}


@register.inclusion_tag("news/_article_buttons.html", takes_context=True)
def article_buttons(context: Context) -> dict[str, Any]:
    """Save, and the steps the person may take now: buttons that say what happens."""
    return {
        "steps": [{"value": action.value, "label": BUTTONS[action]} for action in context.get("steps", [])],
        "can_save": context.get("has_change_permission") if context.get("change") else context["has_add_permission"],
        "can_delete": context.get("change") and context["has_delete_permission"],
        "article": context.get("original"),
        "opts": context["opts"],
    }
