"""Django's `createsuperuser`, with a line in the audit log."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from trail.recording import Kind, operator, record


class Command(createsuperuser.Command):
    help = "Make an account that operates the portal: it may do everything, in every commune."

    def handle(self, *args: Any, **options: Any) -> None:
        """As Django's, which does not say whom it made: an account of that kind that is newer than all there were."""
        with transaction.atomic():
            newest = User.objects.aggregate(newest=Max("pk"))["newest"] or 0
            super().handle(*args, **options)
            for user in User.objects.filter(pk__gt=newest, is_superuser=True):
                record(Kind.ADD, about=user, after={"is_superuser": True}, by=operator())
