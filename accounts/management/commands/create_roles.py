"""The groups of the editorial office, for a portal that is not started by `run`, and after an upgrade."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import Group
from django.core.management import BaseCommand
from django.db import transaction

from accounts.roles import create_roles, new_permissions
from trail.recording import Kind, operator, record


class Command(BaseCommand):
    help = "Create the groups Phóng viên, Biên tập viên and Quản trị viên; existing ones stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new",
            action="store_true",
            help="give existing groups the permissions of features younger than them: those nobody holds yet",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = new_permissions()
        create_roles(operator())
        for name, permissions in found.items():
            if options["new"]:
                group = Group.objects.get(name=name)
                with transaction.atomic():
                    group.permissions.add(*permissions)
                    record(Kind.CHANGE, about=group, after={"permissions": permissions}, by=operator())
            codenames = ", ".join(f"{each.content_type.app_label}.{each.codename}" for each in permissions)
            self.stdout.write(f"{name}: {codenames}")
        if found and not options["new"]:
            self.stdout.write("Nobody holds these permissions yet; --new gives them to the groups named.")
