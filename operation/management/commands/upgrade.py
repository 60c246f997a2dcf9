from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from operation import health
from serving.files.collected import collect_static_files
from serving.outages import first_line


class Command(BaseCommand):
    help = (
        "Bring the portal's data up to this version: backup, migrations, static files, the groups' new permissions, and a"
        " check. Restart `serve` afterwards. Doing it twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-backup", action="store_true", help="a backup was made by other means")

    def handle(self, *args: Any, no_backup: bool, **options: Any) -> None:
        with connection.cursor() as cursor:
            is_new = not connection.introspection.table_names(cursor)
        pending = self._pending()
        if pending and not is_new and not no_backup:
            self._say("Backing up")
            call_command("backup", stdout=self.stdout, stderr=self.stderr)
        self._say(f"Migrating: {len(pending)} steps" if pending else "Nothing to migrate")
        try:
            call_command("migrate", verbosity=0, stdout=self.stdout)
        except DatabaseError as error:
            raise CommandError(
                f"A migration failed and was taken back: {first_line(error)}. The portal's data is as the last step that"
                " succeeded left it. Start the earlier version again, or restore the backup above; see"
                " docs/operators.md, Rolling back"
            ) from error
        collect_static_files(begin=lambda: self._say("Collecting static files"))
        self._say("Giving the groups the permissions of new features")
        call_command("create_roles", new=True, stdout=self.stdout)
        state = health.state()
        if not health.is_ready(state):
            raise CommandError(f"The portal is not ready: {state}")
        self._say("Ready. Restart the portal: systemctl restart cong")

    def _pending(self) -> list[str]:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
