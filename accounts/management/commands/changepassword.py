"""Django's `changepassword`, with a line in the audit log."""

import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.db import transaction

from accounts.access import events, guessing
from accounts.links import invitations
from accounts.models import User


class Command(changepassword.Command):
    help = "Set the password of an account; its owner is told by mail, and its sessions end."

    def handle(self, *args: Any, **options: Any) -> str:
        """As Django's. The line, the mail and the password are stored together; nothing is locked while it is typed."""
        with transaction.atomic():
            said = super().handle(*args, **options)
            user = User.objects.get(username=options["username"] or getpass.getuser())
            guessing.forget_failures(user.get_username())
            invitations.forget(user)
            events.password_set_by_operator(user)
        return said
