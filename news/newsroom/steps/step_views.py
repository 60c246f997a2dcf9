"""Taking a step by an address of its own, beside the form: at once, or after the words or the time it needs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from datefields import MomentField
from news.models import Action, Article, Transition
from news.newsroom.requests import workable_article
from news.newsroom.steps import workflow
from textfields import MultilineFormField
from trail.recording import Kind, record
from upkeep.believedtime import believed_now

# Approval for a later time: the same step as Action.PUBLISH, which asks when.
SCHEDULE = "schedule"


class ReasonForm(forms.Form):
    reason = MultilineFormField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}))


class ReturnForm(ReasonForm):
    reason = MultilineFormField(
        label=_("What should be changed?"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("The author reads this, also by e-mail."),
    )


class ForceForm(ReasonForm):
    reason = MultilineFormField(
        label=_("Why can it not wait?"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("The article stays marked as urgent until somebody else confirms it."),
    )


class WithdrawForm(ReasonForm):
    notice = MultilineFormField(
        label=_("Public notice"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("Citizens read it at the article's address instead of the article."),
    )
    reason = MultilineFormField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("For colleagues only; kept in the article's history."),
    )
    field_order = ("notice", "reason")


class DeclineForm(ReasonForm):
    reason = MultilineFormField(
        label=_("Why is the change declined?"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("The published text stays; the declined one remains in the history."),
    )


class ScheduleForm(forms.Form):
    at = MomentField(
        label=_("When should it appear?"),
        help_text=_("By the clock of the portal; nothing has to run for it. The article is approved now."),
    )

    def clean_at(self) -> datetime:
        at = self.cleaned_data["at"]
        if at <= believed_now():
            raise forms.ValidationError(gettext("This moment is past. Choose a later one."))
        return at


# Steps that ask something before they are taken.
FORMS: dict[str, type[forms.Form]] = {
    Action.RETURN: ReturnForm,
    Action.FORCE: ForceForm,
    Action.WITHDRAW: WithdrawForm,
    Action.DECLINE: DeclineForm,
    SCHEDULE: ScheduleForm,
}
# Steps that ask nothing and are taken by their button.
DIRECT_STEPS = {
    Action.SUBMIT: workflow.submit,
    Action.PUBLISH: workflow.publish,
    Action.CONFIRM: workflow.confirm,
    Action.RESTORE: workflow.restore,
    Action.CHANGE: workflow.approve_change,
    Action.TYPO: workflow.publish_correction,
    Action.SEEN: workflow.look_at_correction,
}
# Steps after which citizens read something else.
RECORDED = {
    Action.PUBLISH: Kind.PUBLISH,
    Action.FORCE: Kind.PUBLISH,
    Action.CONFIRM: Kind.PUBLISH,
    Action.CHANGE: Kind.PUBLISH,
    Action.WITHDRAW: Kind.WITHDRAW,
}
TITLES = {
    Action.SUBMIT: _("Send for review"),
    Action.PUBLISH: _("Approve and publish"),
    Action.CONFIRM: _("Confirm the urgent publication"),
    Action.RESTORE: _("Restore as a draft"),
    Action.CHANGE: _("Approve the change"),
    Action.TYPO: _("Publish the small correction"),
    Action.SEEN: _("The small correction is in order"),
    Action.RETURN: _("Return to the author"),
    Action.FORCE: _("Publish urgently"),
    Action.WITHDRAW: _("Withdraw the article"),
    Action.DECLINE: _("Decline the change"),
    SCHEDULE: _("Schedule the article"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def article_step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Ask what a step needs, or for a press alone, and take it.

    The way of those who may take a step without writing in the article: the form saves first, which
    is refused to them. 404 for an article the person does not work on, 403 for a step not open to them.
    """
    if action not in TITLES:
        raise Http404
    article = workable_article(request, pk)
    needed = Action.PUBLISH if action == SCHEDULE else Action(action)
    if needed not in workflow.steps_open_to(article, request.user):
        if request.method != "POST":
            raise PermissionDenied
        # Mostly a page that has grown old: a colleague was quicker.
        text = gettext("The article is “%(status)s” now; this step is not open to you.")
        messages.error(request, text % {"status": article.get_state_display()})
        return redirect(article.form_address)
    form = FORMS.get(action, forms.Form)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            step = take(request, article, action, form.cleaned_data)
        except workflow.StepError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said(article, step, step.reason if action == SCHEDULE else ""))
            return redirect(article.list_address)
    context = admin.site.each_context(request) | {
        "title": TITLES[action],
        "subtitle": article.title,
        "article": article,
        "action": action,
        "form": form,
        "opts": Article._meta,
    }
    return render(request, "admin/news/article/step.html", context)


def said(article: Article, step: Transition, when: str = "") -> str:
    """The sentence that tells whoever took a step that it was taken."""
    text = gettext("The article “%(title)s” was %(step)s.")
    if article.is_page:
        text = gettext("The page “%(title)s” was %(step)s.")
    text = text % {"title": article.title, "step": f"{step.get_action_display()} {when}".strip()}
    if step.is_alone:
        text += " " + gettext(
            "Nobody else publishes here yet: as soon as a second person does, another one than the writer approves."
        )
    return text


def take(request: HttpRequest, article: Article, action: str, answers: dict[str, Any]) -> Transition:
    """Take a step with what was asked for; one that changes what citizens read is a line of the audit log."""
    with transaction.atomic():
        step = _take(article, action, request.user, answers)
        if kind := RECORDED.get(Action(step.action)):
            after = {"step": step.action, "reason": step.reason}
            if step.is_alone:
                after["alone"] = True
            record(kind, request, about=article, after=after)
        return step


def _take(article: Article, action: str, user: Any, answers: dict[str, Any]) -> Transition:
    if action == SCHEDULE:
        return workflow.publish(article, user, answers["at"])
    if action in DIRECT_STEPS:
        return DIRECT_STEPS[Action(action)](article, user)
    if action == Action.RETURN:
        return workflow.return_to_author(article, user, answers["reason"])
    if action == Action.FORCE:
        return workflow.publish_urgently(article, user, answers["reason"])
    if action == Action.DECLINE:
        return workflow.decline_change(article, user, answers["reason"])
    return workflow.withdraw(article, user, answers["notice"], answers["reason"])
