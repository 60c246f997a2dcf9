"""What is stored about one person, as a file; or without it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from communes.idle import is_last
from section import Whom, holdings
from trail.recording import Kind, operator, record

# What lets somebody in, and the texts of articles.
SECRET = {"password", "session_key", "data", "hash", "code", "digest", "body", "content"}


class Command(BaseCommand):
    help = (
        "Writes what is stored about a person as JSON. With --erase the person is taken out of it, wherever the"
        " register does not say that it stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", help="the user name of somebody who works on the portal")
        parser.add_argument(
            "--text",
            action="append",
            default=[],
            help="a name or an e-mail address that names the person; may be repeated",
        )
        parser.add_argument("--erase", action="store_true", help="erase what may be erased, after writing it")

    def handle(self, *args: Any, account: str | None, text: list[str], erase: bool, **options: Any) -> None:
        whom = _whom(account, text)
        with transaction.atomic():
            found = [
                {
                    "what": str(holding.what),
                    "why": str(holding.why),
                    "how_long": str(holding.span),
                    "rows": [_values(row) for rows in holding.rows(whom) for row in rows],
                }
                for holding in holdings()
            ]
            if erase:
                if whom.account and is_last(whom.account, timezone.now()):
                    raise CommandError("Nobody else could manage the accounts: give that right to a colleague first")
                for entry, holding in zip(found, holdings(), strict=True):
                    entry["erased"] = holding.erase(whom) if holding.erase else 0
                # Without the name: the line stays when the person is gone.
                erased = {entry["what"]: entry["erased"] for entry in found if entry["erased"]}
                about = f"#{whom.account.pk}" if whom.account else ""
                record(Kind.ERASE, about=about, after=erased, by=operator())
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder))


def _whom(name: str | None, texts: list[str]) -> Whom:
    """Raises CommandError for an account that is not there, for nobody, and for texts that would name everybody."""
    account = User.objects.filter(username=name).first() if name else None
    if name and account is None:
        raise CommandError(f"There is no account {name}")
    own = [account.email] if account else []  # others may have the same name
    wanted = tuple(dict.fromkeys(text.strip() for text in [*texts, *own] if text.strip()))
    if account is None and not wanted:
        raise CommandError("Name the person: --account or --text")
    if short := [text for text in wanted if len(text) < 5]:
        raise CommandError(f"Too short to name one person: {', '.join(short)}")
    return Whom(account, wanted)


def _values(row: Any) -> dict[str, Any]:
    deferred = row.get_deferred_fields()
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in SECRET | deferred}
