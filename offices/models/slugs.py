"""Addresses made of names, of which several may be alike."""

from __future__ import annotations

from itertools import count

from django.db import models

from vietnamese import slugify

MOST = 70  # leaves room for a number


def free_slug(row: models.Model, name: str) -> str:
    """The slug of `name`, with the first number behind it that no other row of the commune has: le-van-an, le-van-an-2."""
    slug = slugify(name, max_length=MOST)
    rows = type(row)._default_manager.filter(commune=row.commune_id).exclude(pk=row.pk)
    taken = set(rows.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(text for number in count(1) if (text := f"{slug}-{number}" if number > 1 else slug) not in taken)
