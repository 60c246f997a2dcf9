"""Codes of a second factor: each is good once, whichever process looks at it."""

from __future__ import annotations

import time

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction

from accounts.access import keys
from accounts.models import User


def use_code(user: User, code: str) -> Authenticator | None:
    """What `code` belongs to, a program of codes or a list of recovery codes; None when it is not good, or no longer."""
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=user)
        for row in rows.exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
            is_good = _use_counter(row, code) if row.type == Authenticator.Type.TOTP else row.wrap().validate_code(code)
            if is_good:
                row.refresh_from_db()  # the list of codes marked itself
                row.user = user
                return row
    return None


def _use_counter(row: Authenticator, code: str) -> bool:
    """Whether `code` is of a step of time later than the last one used (RFC 6238, section 5.2)."""
    counter = counter_of(keys.decrypt(row.data["secret"]), code)
    if counter is None or counter <= row.data.get("last_counter", -1):
        return False
    row.data["last_counter"] = counter
    row.save(update_fields=["data"])
    return True


def counter_of(secret: str, code: str) -> int | None:
    """The step of time that `code` was made in, as far as clocks may differ; None when it was made in no such step."""
    now = int(time.time()) // app_settings.TOTP_PERIOD
    for counter in range(now - app_settings.TOTP_TOLERANCE, now + app_settings.TOTP_TOLERANCE + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            return counter
    return None


def mark_used(user: User, code: str) -> None:
    """The code that a program was set up with signs nobody in afterwards."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP).first()
        if row is not None:
            _use_counter(row, code)
