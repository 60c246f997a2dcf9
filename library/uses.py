"""Where a file of the library stands: every rich text is asked, and every section for what only it knows."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import DateTimeField, Field, JSONField, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Replace
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from communes.rows import path_to_commune
from library.models import Document, Picture, Recording
from richtext import RichTextField, RichTextJSONField
from section import Row, sections


def is_used(file: Picture | Document | Recording) -> bool:
    """Whether anything of the portal shows it, or will once it is approved."""
    return any(section.uses(file, None) for section in sections().values())


def links_to_uses(file: Picture | Document | Recording, reader: AbstractBaseUser) -> SafeString | str:
    """Links to what shows it, as far as `reader` may see that; a dash for nothing."""
    return (
        format_html_join(", ", '<a href="{}">{}</a>', ((use.address, use.title) for use in uses_of(file, reader)))
        or "–"
    )


def uses_of(file: Picture | Document | Recording, reader: AbstractBaseUser) -> list[Row]:
    """What shows it, as far as `reader` may see that."""
    return [row for section in sections().values() for row in section.uses(file, reader)]


def replace_address(commune_id: int, old: str, new: str) -> None:
    """Let every text of a commune name the file at `new`, also copies that wait, earlier texts, unsaved work: `old` goes.

    Another commune that shows a file of this one does so by its own word.
    """
    for model, field in _columns(RichTextField):
        changed = {field.name: Replace(field.name, Value(old), Value(new))}
        changed |= {stamp.name: timezone.now() for stamp in model._meta.fields if _is_stamp(stamp)}
        rows = _rows_of(commune_id, model).filter(**{f"{field.name}__contains": old})
        # By their keys: the condition itself is about what changes.
        model._base_manager.filter(pk__in=rows.values("pk")).update(**changed)
    for model, field in _columns(RichTextJSONField):
        changed = Cast(Replace(Cast(field.name, TextField()), Value(old), Value(new)), JSONField())
        holds = Q()
        for key in field.keys:
            holds |= Q(**{f"{field.name}__{key}__icontains": old})
        found = _rows_of(commune_id, model).filter(holds)
        model._base_manager.filter(pk__in=found.values("pk")).update(**{field.name: changed})


def _rows_of(commune_id: int, model: type[Model]) -> QuerySet[Model]:
    path = path_to_commune(model)
    return model._base_manager.filter(**{path: commune_id} if path else {})


def texts() -> Iterator[str]:
    """Every rich text that is stored in any commune, copies included."""
    for model, field in _columns(RichTextField):
        yield from _values(model, field.name)
    for model, field in _columns(RichTextJSONField):
        for key in field.keys:
            yield from _values(model, f"{field.name}__{key}")


def _columns(kind: type[Field]) -> Iterator[tuple[type[Model], Field]]:
    for model in apps.get_models():
        if not model._meta.proxy:
            yield from ((model, field) for field in model._meta.local_fields if isinstance(field, kind))


def _values(model: type[Model], name: str) -> Iterator[str]:
    for text in model._base_manager.values_list(name, flat=True).iterator(chunk_size=200):
        yield text or ""


def _is_stamp(field: Field) -> bool:
    return isinstance(field, DateTimeField) and field.auto_now
