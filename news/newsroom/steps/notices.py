"""Messages to whoever must act next. A failing mail server never stops the work."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.people import name_of
from news import rights
from news.models import Action, RevisionState, Transition
from upkeep import outbox
from vietnamese import one_line

SUBJECT_LENGTH = 250  # characters
# Steps after which somebody else has to act; the others are told to the author and the submitter.
TO_CHECKERS = {Action.SUBMIT: (rights.PUBLISH, rights.REVIEW), Action.PROPOSE: (rights.PUBLISH, rights.REVIEW)}
TO_CHECKERS |= {Action.FORCE: (rights.PUBLISH,)}


def tell(step: Transition) -> None:
    """Put the message that follows from `step` into the outbox, in the transaction of both: neither is lost alone."""
    recipients = [user.email for user in _recipients(step) if user.email]
    if not recipients:
        return
    title = step.article.title
    subject = _("[News] %(step)s: %(title)s") % {"step": step.get_action_display(), "title": title}
    place = step.article.form_address
    if step.article.trashed_id:
        place = reverse("admin:trash_trashitem_change", args=[step.article.trashed_id])
    address = step.article.commune.origin + place
    context = {"step": step, "article": step.article, "address": address, "person": name_of(step.made_by)}
    body = render_to_string("news/mail/step.txt", context)
    outbox.put(one_line(subject)[:SUBJECT_LENGTH], body, recipients, about=Transition.LETTERS, number=step.pk)


def _recipients(step: Transition) -> QuerySet:
    users = get_user_model().objects.filter(is_active=True).exclude(pk=step.made_by_id)
    if step.action in TO_CHECKERS:
        place = step.article.commune_id, step.article.category_id
        found = [rights.holders(users, right, *place) for right in TO_CHECKERS[Action(step.action)]]
        return reduce(or_, found)
    people = {step.article.author_id, step.article.submitted_by_id}
    if step.action in {Action.CHANGE, Action.DECLINE}:
        decided = step.article.revisions.filter(state__in=[RevisionState.APPROVED, RevisionState.DECLINED]).first()
        people.add(decided.saved_by_id if decided else None)
    return users.filter(Q(pk__in=[pk for pk in people if pk]))
