"""Mails wait in a table until the mail server has taken them: a killed process loses none.

A mail is put there in the transaction of what it tells of, so that there is one without the other in no case.
The clock sends what is due; after a failure it waits ever longer, and gives up after some days. Between the
server's yes and the note of it a process may die: then a mail is sent twice, which is better than never.

django-post-office (3.12) was looked at: four tables, templates and an own command with a lock file, for what the clock
does here; django-tasks (0.12) has no growing pauses, and needs a process of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upkeep.models import Letter
from upkeep.tasks import Task

logger = logging.getLogger(__name__)

# After the first failure; each further pause is twice as long, up to the longest.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)
GIVEN_UP_KEPT = timedelta(days=30)
MOST_AT_ONCE = 100
ERROR_LENGTH = 250  # characters
# SMTP: what the server will never take.
PERMANENT = 500


def put(subject: str, body: str, recipients: Sequence[str], *, about: str = "", number: int = 0) -> Letter:
    """Have a mail sent soon, once the present transaction is committed; each recipient sees no other.

    `about` and `number` say what it tells of, so that who asks finds what became of it.
    """
    return Letter.objects.create(
        subject=subject, body=body, recipients=list(recipients), about=about, number=number, next_at=timezone.now()
    )


def send_due(at: datetime) -> int:
    """Send what is due at `at`; how many mails went. A server that cannot be reached ends the turn."""
    sent = 0
    server = get_connection()
    for _number in range(MOST_AT_ONCE):
        outcome = _send_next(at, server)
        if outcome is None:
            break
        sent += outcome
    server.close()
    return sent


def _send_next(at: datetime, server: BaseEmailBackend) -> bool | None:
    """Send one mail; whether it went, None when nothing more is to be tried now."""
    with transaction.atomic():
        letter = Letter.objects.due(at).select_for_update(skip_locked=True).order_by("next_at", "pk").first()
        if letter is None:
            return None
        try:
            EmailMessage(letter.subject, letter.body, bcc=letter.recipients, connection=server).send()
        except (OSError, SMTPException, ValueError) as error:  # the last for an address that cannot be written
            _put_off(letter, error, at)
            return None if _is_away(error) else False
        letter.delete()
        return True


def _put_off(letter: Letter, error: Exception, at: datetime) -> None:
    letter.attempts += 1
    letter.error = (str(error) or type(error).__name__)[:ERROR_LENGTH]
    if _is_permanent(error) or at - letter.created_at > GIVE_UP_AFTER:
        letter.given_up_at = at
        logger.warning("A mail of %s was given up: %s", letter.created_at.isoformat(timespec="seconds"), letter.error)
    else:
        letter.next_at = at + min(FIRST_PAUSE * 2 ** min(letter.attempts - 1, 20), LONGEST_PAUSE)
    letter.save(update_fields=["attempts", "error", "given_up_at", "next_at"])


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    if isinstance(error, SMTPResponseException):
        return error.smtp_code >= PERMANENT and error.smtp_code not in (530, 534, 535)  # the portal's own password
    return isinstance(error, ValueError)


def _is_away(error: Exception) -> bool:
    """Whether the next mail would fare no better now."""
    if isinstance(error, SMTPResponseException):
        return not _is_permanent(error)
    return not isinstance(error, SMTPRecipientsRefused | ValueError)


def forget_given_up(at: datetime) -> int:
    """Delete the mails that were given up longer than GIVEN_UP_KEPT before `at`; how many."""
    return Letter.objects.filter(given_up_at__lt=at - GIVEN_UP_KEPT).delete()[0]


TASKS = [
    Task("mail", _("Send the mails that wait"), timedelta(seconds=5), send_due),
    Task(
        "mail-forget",
        _("Delete mails that could not be sent, after 30 days"),
        timedelta(days=1),
        forget_given_up,
        deletes=True,
    ),
]
