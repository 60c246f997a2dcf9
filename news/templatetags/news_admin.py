"""Parts of the article form in the admin."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.auth.models import AbstractUser
from django.template import Context
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from news.drafts.comparison import compare
from news.drafts.revisions import content_of
from news.models import Action, Status
from news.newsroom.steps.step_views import DIRECT_STEPS, SCHEDULE
from richtext import CleanHtml, cleaned

register = template.Library()

BUTTONS = {
    Action.SUBMIT: _("Send for review"),
    Action.RETURN: _("Return to the author…"),
    Action.PUBLISH: _("Approve and publish"),
    Action.FORCE: _("Publish urgently…"),
    Action.CONFIRM: _("Confirm the urgent publication"),
    Action.WITHDRAW: _("Withdraw…"),
    Action.RESTORE: _("Restore as a draft"),
    Action.CHANGE: _("Approve the change"),
    Action.DECLINE: _("Decline the change…"),
    Action.TYPO: _("Publish the small correction"),
    Action.SEEN: _("The small correction is in order"),
}


# The steps that carry an article on, in the order in which one of them is the main button.
ONWARD = (Action.TYPO, Action.CHANGE, Action.CONFIRM, Action.SEEN, Action.SUBMIT, Action.PUBLISH)


@register.inclusion_tag("news/_article_buttons.html", takes_context=True)
def article_buttons(context: Context) -> dict[str, Any]:
    """Save, and the steps the person may take now: buttons that say what happens."""
    article, steps = context.get("original"), _steps(context)
    return {
        "is_published": article is not None and article.status == Status.PUBLISHED,
        "steps": steps,
        "has_next": any(step["is_next"] for step in steps),
        "can_save": context.get("has_change_permission") if context.get("change") else context["has_add_permission"],
        "can_delete": context.get("change") and context["has_delete_permission"],
        "article": article,
        "opts": context["opts"],
    }


@register.inclusion_tag("news/_step_buttons.html", takes_context=True)
def step_buttons(context: Context) -> dict[str, Any]:
    """The steps open to somebody who does not write in the article: each is sent by itself, without its form."""
    return {"steps": _steps(context), "article": context["article"], "csrf_token": context.get("csrf_token")}


def _steps(context: Context) -> list[dict[str, Any]]:
    """The steps of the page as buttons, in order: {value, label, asks, is_next}; at most one is the next."""
    labels = {action: BUTTONS[action] for action in context.get("steps", [])}
    proposal = context.get("proposal")
    onward = [action for action in ONWARD if action in labels]
    if proposal and proposal.saved_by_id == context["request"].user.pk:
        if Action.DECLINE in labels:
            labels[Action.DECLINE] = _("Take the change back…")
        # Approved by its own author it counts as urgent: possible, but not the way.
        onward = [action for action in onward if action != Action.CHANGE]
    steps: list[tuple[str, Any]] = []
    for action, label in labels.items():
        steps.append((action.value, label))
        if action == Action.PUBLISH:
            steps.append((SCHEDULE, _("Schedule…")))
    return [
        {"value": value, "label": label, "asks": value not in DIRECT_STEPS, "is_next": [value] == onward[:1]}
        for value, label in steps
    ]


@register.inclusion_tag("news/_proposal_changes.html", takes_context=True)
def proposal_changes(context: Context) -> dict[str, Any]:
    """What the change that waits for approval would alter in the public text."""
    article, proposal = context["article_as_published"], context["proposal"]
    return {"changes": compare(content_of(article), proposal.content, article.commune_id), "proposal": proposal}


@register.filter
def person(user: AbstractUser | None) -> str:
    """Lê Minh"""
    return name_of(user)


@register.filter
def clean_richtext(html: str) -> CleanHtml:
    """Rich text from wherever it comes, safe to show."""
    return cleaned(html)
