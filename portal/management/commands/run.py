"""From a fresh checkout to a serving portal."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from accounts.roles import create_roles, new_permissions
from communes.hosts import table
from desk.first_person import link_for_first_person
from serving.files.collected import collect_static_files
from serving.outages import first_line
from serving.server import ensure_port_is_free
from trail.recording import operator


class Command(BaseCommand):
    help = "Prepare whatever is missing (tables, static files, demo content) and serve the portal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="start with an empty portal")
        parser.add_argument(
            "--communes", type=int, default=1, metavar="N", help="the demonstration of a province of N communes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_port_is_free(settings.HOST, settings.PORT)
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"Cannot connect to the database: {first_line(error)}") from error
        if _is_behind():
            self._say("Preparing the tables of the database")
        call_command("migrate", verbosity=0)
        collect_static_files(begin=lambda: self._say("Collecting and compressing static files"))
        create_roles(operator())
        if not options["no_demo"]:
            if not get_user_model().objects.exists():
                self._say("Writing the demonstration commune and painting its pictures")
            call_command("load_demo", if_empty=True, communes=options["communes"], verbosity=0)
        self._greet()
        call_command("serve")

    def _say(self, text: str) -> None:
        self.stdout.write(f"{text} …")
        self.stdout.flush()

    def _greet(self) -> None:
        address = f"http://{settings.HOST}:{settings.PORT}"
        accounts = settings.VAR_DIR / "demo-accounts.txt"
        hosts = [host.name for commune in table.communes() for host in commune.hosts.all() if host.is_main]
        portals = [f"http://{name}:{settings.PORT}" for name in hosts]
        for portal in portals or [address]:
            self.stdout.write(f"Portal:  {portal}/")
        self.stdout.write(f"Admin:   {(portals or [address])[0]}{reverse('admin:index')}")
        if new_permissions():
            self.stdout.write(
                "Rights:  the groups lack those of new features: .venv/bin/python manage.py create_roles --new"
            )
        if accounts.exists():
            self.stdout.write(f"Staff:   names and passwords are in {accounts}")
        elif link := link_for_first_person((portals or [address])[0]):
            self.stdout.write(f"Staff:   make the first administrator there, once and within a day:\n         {link}")
        self.stdout.flush()


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
