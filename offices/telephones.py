"""Telephone numbers as offices publish them, and the address that dials one."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Short numbers such as 113 up to the longest of ITU-T E.164.
FEWEST_DIGITS, MOST_DIGITS = 3, 15
_NUMBER = re.compile(r"\+?[0-9(][0-9 .()-]*")


def validate_telephone(text: str) -> None:
    """One number of digits, spaces, points, hyphens and brackets, with or without +84. Raises ValidationError."""
    digits = sum(character.isdigit() for character in text)
    if not _NUMBER.fullmatch(text) or not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        raise ValidationError(
            _(
                "Write one telephone number with digits alone, for example 0237 3123 456, without letters or a second one."
            ),
            code="telephone",
        )


def telephone_uri(text: str) -> str:
    """The address that dials a number (RFC 3966), without what only the eye needs: "(0237) 3123.456" → tel:02373123456."""
    return "tel:" + re.sub(r"[^0-9+]", "", text)
