"""Messages leave in a thread of their own: a mail server that hangs delays no page.

The thread lives while there is something to send. A process that ends in an orderly way gives it
STOP_SECONDS; what is not sent by then is a failure like any other, which the desk shows.
"""

from __future__ import annotations

import logging
import os
import threading
from multiprocessing.util import Finalize
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import Error, connection
from django.utils.translation import gettext as _

from news.models import Transition

logger = logging.getLogger(__name__)

STOP_SECONDS = 8.0  # less than the server gives its workers to end
ERROR_LENGTH = 250  # characters

_changed = threading.Condition()
_unsent: list[tuple[EmailMessage, Transition]] = []  # the first one is being sent
_thread: threading.Thread | None = None
_is_finished_at_exit = False


def send_later(message: EmailMessage, step: Transition) -> None:
    """Send `message` about `step` soon, and note on the committed `step` what became of it."""
    global _thread, _is_finished_at_exit
    with _changed:
        _unsent.append((message, step))
        if _thread is None:
            _thread = threading.Thread(target=_run, name="news-mail", daemon=True)
            _thread.start()
        if not _is_finished_at_exit:
            # Runs in children of multiprocessing too, as the server's workers are, where atexit does not.
            Finalize(None, finish, exitpriority=50)
            _is_finished_at_exit = True


def wait_until_sent(timeout: float) -> bool:
    """Whether everything was sent, or failed, within `timeout` seconds."""
    with _changed:
        return _changed.wait_for(lambda: not _unsent and _thread is None, timeout)


def finish(timeout: float = STOP_SECONDS) -> None:
    """Wait `timeout` seconds for what is still to be sent, and note on each other step that its message was not."""
    if wait_until_sent(timeout):
        return
    with _changed:
        left = list(_unsent)
    for _message, step in left:
        note(step, _("The portal was stopped before the message was sent."))


def _run() -> None:
    global _thread
    while True:
        with _changed:
            if not _unsent:
                connection.close()  # this thread's own, if a failure opened one
                _thread = None
                _changed.notify_all()
                return
            message, step = _unsent[0]
        try:
            message.send()
            note(step)
        except (OSError, SMTPException, ValueError) as error:  # the last for an address that cannot be written
            logger.warning("A message about article %s was not sent: %s", step.article_id, error)
            note(step, str(error) or type(error).__name__)
        except Exception as mistake:
            # The next message has its turn whatever became of this one.
            logger.exception("A message about article %s could not be sent", step.article_id)
            note(step, type(mistake).__name__)
        with _changed:
            _unsent.pop(0)


def note(step: Transition, error: str = "") -> None:
    """Store that the message about `step` waits no longer: it was sent or not needed, or failed with `error`."""
    try:
        Transition.objects.filter(pk=step.pk).update(mail_error=error[:ERROR_LENGTH], is_mail_waiting=False)
    except Error:
        logger.exception("What became of a message about article %s could not be kept", step.article_id)
        connection.close()


def _begin_in_child() -> None:
    """A forked process sends nothing of its parent's."""
    global _changed, _thread, _is_finished_at_exit
    _changed = threading.Condition()
    _unsent.clear()
    _thread = None
    _is_finished_at_exit = False


os.register_at_fork(after_in_child=_begin_in_child)
