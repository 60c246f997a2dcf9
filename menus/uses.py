"""What of the menus and links shows a file of the library."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.urls import reverse

from library.models import Picture
from menus.models import Agency, Banner
from section import Row


def uses_of(file: Model, reader: AbstractBaseUser | None) -> list[Row]:
    """The banners and agencies with the picture that `reader` may see in the admin (nobody: all)."""
    if not isinstance(file, Picture):
        return []
    rows = []
    for model, name in ((Banner, "banner"), (Agency, "agency")):
        if reader is None or reader.has_perm(f"menus.view_{name}") or reader.has_perm(f"menus.change_{name}"):
            for row in model.objects.of(file.commune_id).filter(picture=file.pk):
                rows.append(Row(str(row), reverse(f"admin:menus_{name}_change", args=[row.pk])))
    return rows
