"""The groups of the editorial office, for a portal that is not started by `run`."""

from typing import Any

from django.core.management import BaseCommand

from portal.roles import create_roles


class Command(BaseCommand):
    help = "Create the groups Phóng viên, Biên tập viên and Quản trị viên; existing ones stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        create_roles()
