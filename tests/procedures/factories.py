"""Procedures for tests, and people who write them."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.contrib.auth.models import Permission

from accounts.models import User
from communes.models import Commune
from procedures.models import LifeEvent, Procedure, ProcedurePaper, State
from tests.communes.factories import enrol, first_commune

DRAFTING = ("view_procedure", "add_procedure", "change_procedure", "view_lifeevent")
_numbers = count(1)


def make_event(name: str = "", **changes: Any) -> LifeEvent:
    number = next(_numbers)
    values: dict[str, Any] = {"name": name or f"Sự kiện {number}x", "position": number} | changes
    values.setdefault("commune", first_commune())
    event = LifeEvent(**values)
    event.clean()
    event.save()
    return event


def make_procedure(papers: tuple[str, ...] = (), **changes: Any) -> Procedure:
    """A published procedure unless `changes` say otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "title": f"Thủ tục {number}",
        "summary": "Xin một tờ giấy.",
        "state": State.PUBLISHED,
    } | changes
    values.setdefault("commune", first_commune())
    procedure = Procedure.objects.create(**values)
    for position, name in enumerate(papers, start=1):
        ProcedurePaper.objects.create(procedure=procedure, name=name, position=position)
    return procedure


def make_person(*permissions: str, commune: Commune | None = None) -> User:
    """A member of staff who holds `permissions` of the procedures."""
    user = User.objects.create_user(f"can-bo-{next(_numbers)}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="procedures", codename__in=permissions))
    return enrol(user, commune)


def make_publisher(commune: Commune | None = None) -> User:
    rights = ("publish_procedure", "delete_procedure", "add_lifeevent", "change_lifeevent", "delete_lifeevent")
    return make_person(*DRAFTING, *rights, commune=commune)
