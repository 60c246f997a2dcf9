"""Making and looking up links that are good once.

The secret of a link, 256 random bits, stands in the link alone: whoever reads the database cannot use one. Of a kind,
a person has one link: a new one takes the place of the last.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from django.utils import timezone

from accounts.models import OneTimeLink, Purpose, User


def make(purpose: Purpose, user: User | None = None, *, email: str = "", made_by: User | None = None) -> str:
    """The secret of a new link, which is good from now on; an earlier one of its kind is not."""
    secret = secrets.token_urlsafe(32)
    OneTimeLink.objects.update_or_create(
        purpose=purpose,
        user=user,
        defaults={"email": email, "digest": _digest(secret), "made_by": made_by, "made_at": timezone.now()},
    )
    return secret


def find(purpose: Purpose, secret: str, at: datetime | None = None) -> OneTimeLink | None:
    """The link with this secret, if it is one and still good."""
    link = OneTimeLink.objects.select_related("user").filter(purpose=purpose, digest=_digest(secret)).first()
    return None if link is None or link.is_over(at) else link


def use(purpose: Purpose, secret: str) -> OneTimeLink | None:
    """As `find`, and the link is gone. In a transaction: of two uses at once, one gets it."""
    links = OneTimeLink.objects.select_for_update().filter(purpose=purpose, digest=_digest(secret))
    link = links.first()
    if link is None or link.is_over():
        return None
    links.delete()
    return link


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
