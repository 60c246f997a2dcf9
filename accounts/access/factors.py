"""Who needs a second factor, and since when.

Sections name the rights that need one (`Section.guarded`): to publish, to manage people, to see ballots. Whoever holds
one is asked from the first sign-in on, and must have set up a second factor when the days that the administrators of
the commune allow are over (`factor_grace_days` of its identity).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import User
from section import sections

# Of accounts and groups, which belong to no section.
PEOPLE = frozenset(
    {
        *("accounts.add_user", "accounts.change_user", "accounts.delete_user"),
        *("auth.add_group", "auth.change_group", "auth.delete_group"),
    }
)
# What signs in by itself, as a second step; recovery codes only stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def guarded_rights() -> frozenset[str]:
    """The permissions that need a second factor, with the label of their app."""
    guarded = {f"{app}.{codename}" for app, section in sections().items() for codename in section.guarded}
    return PEOPLE | guarded


def is_entrusted(user: User) -> bool:
    """Whether `user` may publish, manage people or see ballots in the commune they work for."""
    return user.is_superuser or not guarded_rights().isdisjoint(user.get_all_permissions())


def has_factor(user: User) -> bool:
    """Whether a second step is asked of `user` at the sign-in."""
    return Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists()


def is_last(authenticator: Authenticator) -> bool:
    """Whether it is the only second factor of its owner."""
    others = Authenticator.objects.filter(user=authenticator.user_id, type__in=FACTORS).exclude(pk=authenticator.pk)
    return authenticator.type in FACTORS and not others.exists()


def due_at(user: User, at: datetime | None = None) -> datetime | None:
    """When `user` must have a second factor; None for those who have one or need none. The first call is noted."""
    if not is_entrusted(user) or has_factor(user):
        return None
    if user.factor_asked_at is None:
        user.factor_asked_at = at or timezone.now()
        user.save(update_fields=["factor_asked_at"])
    return user.factor_asked_at + timedelta(days=user.commune.site.factor_grace_days)
