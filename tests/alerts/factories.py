"""Alerts for tests, and people who write them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import User
from alerts.models import Alert, Level
from tests.communes.factories import enrol, first_commune

DRAFTING = ("view_alert", "add_alert", "change_alert", "delete_alert")
_numbers = count(1)


def make_alert(**changes: Any) -> Alert:
    """An alert that stands on every page since an hour, unless `changes` say otherwise."""
    now = timezone.now()
    values: dict[str, Any] = {
        "headline": f"Nước lên nhanh {next(_numbers)}",
        "level": Level.WARNING,
        "starts_at": now - timedelta(hours=1),
        "ends_at": now + timedelta(hours=1),
        "published_at": now - timedelta(hours=1),
    } | changes
    values.setdefault("commune", first_commune())
    return Alert.objects.create(**values)


def make_person(*permissions: str, **changes: Any) -> User:
    """A member of staff of the first commune who holds `permissions` of the alerts."""
    user = User.objects.create_user(f"nguoi{next(_numbers)}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="alerts", codename__in=permissions))
    return enrol(user, changes.get("commune"))


def make_publisher(**changes: Any) -> User:
    return make_person(*DRAFTING, "publish_alert", **changes)


def make_drafter(**changes: Any) -> User:
    return make_person(*DRAFTING, **changes)
