"""Messages to whoever must act next. A failing mail server never stops the work."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from news import rights
from news.models import Action, Transition
from news.people import name_of

logger = logging.getLogger(__name__)

TO_PUBLISHERS = {Action.SUBMIT, Action.FORCE}
MAIL_ERROR_LENGTH = 250


def tell(step: Transition) -> None:
    """Send the message that follows from `step`; a failure is kept on the step, where the desk shows it."""
    recipients = [user.email for user in _recipients(step) if user.email]
    if not recipients:
        return
    title = step.article.title
    subject = _("[News] %(step)s: %(title)s") % {"step": step.get_action_display(), "title": title}
    body = render_to_string(
        "news/mail/step.txt", {"step": step, "article": step.article, "person": name_of(step.made_by)}
    )
    try:
        EmailMessage(subject=subject.replace("\n", " "), body=body, bcc=recipients).send()
    except (OSError, SMTPException) as error:
        logger.warning("A message about article %s was not sent: %s", step.article_id, error)
        step.mail_error = str(error)[:MAIL_ERROR_LENGTH] or type(error).__name__
        step.save(update_fields=["mail_error"])


def _recipients(step: Transition) -> QuerySet:
    users = get_user_model().objects.filter(is_active=True).exclude(pk=step.made_by_id)
    if step.action in TO_PUBLISHERS:
        return rights.holders(users, rights.PUBLISH, step.article.category_id)
    people = {step.article.author_id, step.article.submitted_by_id}
    return users.filter(Q(pk__in=[pk for pk in people if pk]))
