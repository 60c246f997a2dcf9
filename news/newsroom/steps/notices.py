"""Messages to whoever must act next. A failing mail server never stops the work."""

from __future__ import annotations

from functools import partial, reduce
from operator import or_

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.people import name_of
from news import rights
from news.models import Action, RevisionState, Transition
from news.newsroom.steps import mailing
from vietnamese import one_line

# Steps after which somebody else has to act; the others are told to the author and the submitter.
TO_CHECKERS = {Action.SUBMIT: (rights.PUBLISH, rights.REVIEW), Action.PROPOSE: (rights.PUBLISH, rights.REVIEW)}
TO_CHECKERS |= {Action.FORCE: (rights.PUBLISH,)}


def tell(step: Transition) -> None:
    """Have the message sent that follows from `step`, once the transaction of both is committed.

    That it waits is stored together with the step: a process killed at any moment leaves a step whose
    message is known to be unsent. A failure is kept on the step, too, where the desk shows it.
    """
    step.is_mail_waiting = True
    step.save(update_fields=["is_mail_waiting"])
    transaction.on_commit(partial(_send, step))


def _send(step: Transition) -> None:
    recipients = [user.email for user in _recipients(step) if user.email]
    if not recipients:
        mailing.note(step)
        return
    title = step.article.title
    subject = _("[News] %(step)s: %(title)s") % {"step": step.get_action_display(), "title": title}
    address = settings.PUBLIC_URL + reverse("admin:news_article_change", args=[step.article_id])
    context = {"step": step, "article": step.article, "address": address, "person": name_of(step.made_by)}
    body = render_to_string("news/mail/step.txt", context)
    mailing.send_later(EmailMessage(subject=one_line(subject), body=body, bcc=recipients), step)


def _recipients(step: Transition) -> QuerySet:
    users = get_user_model().objects.filter(is_active=True).exclude(pk=step.made_by_id)
    if step.action in TO_CHECKERS:
        found = [rights.holders(users, right, step.article.category_id) for right in TO_CHECKERS[Action(step.action)]]
        return reduce(or_, found)
    people = {step.article.author_id, step.article.submitted_by_id}
    if step.action in {Action.CHANGE, Action.DECLINE}:
        decided = step.article.revisions.filter(state__in=[RevisionState.APPROVED, RevisionState.DECLINED]).first()
        people.add(decided.saved_by_id if decided else None)
    return users.filter(Q(pk__in=[pk for pk in people if pk]))
