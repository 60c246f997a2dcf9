"""People who sign in as people do, and their second factors."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tests.communes.factories import enrol

SIGN_IN = "/quan-tri/login/"
SECOND_STEP = "/quan-tri/xac-thuc/"
PASSWORD = "bốn con bò vàng gặm cỏ"


def make_staff(name: str = "hanh", **changes: Any) -> User:
    """A member of staff with PASSWORD, and no right but to be there."""
    return enrol(User.objects.create_user(name, **{"password": PASSWORD, "is_staff": True} | changes))


def sign_in(
    client: Client, name: str = "hanh", password: str = PASSWORD, address: str = "192.0.2.1", **headers: str
) -> HttpResponse:
    """What the first page of the sign-in answers."""
    return client.post(SIGN_IN, {"username": name, "password": password}, REMOTE_ADDR=address, headers=headers)


def add_program(user: User) -> str:
    """Set up an authenticator app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def add_recovery_codes(user: User) -> list[str]:
    return RecoveryCodes.activate(user).generate_codes()


def code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD + steps))


def factors_of(user: User) -> list[str]:
    return list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
