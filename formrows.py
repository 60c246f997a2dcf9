"""Rows under a form, and lists edited in place, of which a colleague takes one away while they are open.

Django finds the objects of the rows anew when the form arrives. A row whose object is gone then has no
place on the page: it vanishes with what was typed in it, or breaks the form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseModelFormSet, ModelChoiceField, ModelForm
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext


class RowFormSet(BaseInlineFormSet):
    """A row that a colleague deleted meanwhile says so and stays as typed; saved once more, it is a new row.

    One that was to be deleted anyway is gone without a question.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lost: range = range(0)  # the rows that ask
        if self.is_bound and self.management_form.is_valid():
            self._ask_about_lost_rows()

    def add_fields(self, form: ModelForm, index: int | None) -> None:
        """A row names its object by its key: one of the rows under this form, and no other of the model."""
        super().add_fields(form, index)
        key = form.fields.get(self.model._meta.pk.name)
        if isinstance(key, ModelChoiceField):
            key.queryset = self.get_queryset()
        if index is not None and index in self.lost:
            form.empty_permitted = False  # it is asked about even when nothing in it was changed

    def full_clean(self) -> None:
        super().full_clean()
        sentence = gettext(
            "A colleague deleted this row while you were writing. "
            "Save once more to add it again as it stands here, or remove it."
        )
        for index in self.lost:
            self.forms[index].add_error(None, ValidationError(sentence))

    def _ask_about_lost_rows(self) -> None:
        """Put the rows without an object behind those with one, as rows that are new."""
        total = self.total_form_count()
        initial = _initial_count(self)
        present, lost = _split(self, range(initial))
        if len(present) == initial:
            return
        wanted = [row for row in lost if not self.data.get(f"{self.add_prefix(row)}-{DELETION_FIELD_NAME}")]
        order = [*present, *wanted, *range(initial, total)]
        self.lost = range(len(present), len(present) + len(wanted))
        self.data = _renumbered(self.data, self.prefix, order)
        if self.files:
            self.files = _renumbered(self.files, self.prefix, order)
        for row in self.lost:
            self.data[f"{self.add_prefix(row)}-{self.model._meta.pk.name}"] = ""
        _count(self, total=len(order), initial=len(present))


class LabelledRowForm(ModelForm):
    """A form that is a row of a table: the heading of a column alone names a field, which a screen reader does not see."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # The admin wraps the list of a related row in links to add and change one.
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", capfirst(str(field.label or "")))


class ListFormSet(BaseModelFormSet):
    """A list edited in place: that rows left it meanwhile is told by `say`, and the others are saved."""

    say: Callable[[str], None]

    def add_fields(self, form: ModelForm, index: int | None) -> None:
        """A row names its object by its key: one of the list, and no other of the model."""
        super().add_fields(form, index)
        if self.queryset is not None:
            form.fields[self.model._meta.pk.name].queryset = self.queryset

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound or not self.management_form.is_valid():
            return
        rows = range(_initial_count(self))
        present, lost = _split(self, rows)
        if lost:
            self.data = _renumbered(self.data, self.prefix, present)
            _count(self, total=len(present), initial=len(present))
            self.say(
                gettext(
                    "A row is no longer in this list: a colleague took it away. The other rows are as you set them."
                )
            )


def list_formset(request: HttpRequest) -> type[ListFormSet]:
    """For `ModelAdmin.get_changelist_formset`: the formset of one request, which tells its person."""
    return type("ListFormSetOfRequest", (ListFormSet,), {"say": staticmethod(partial(messages.warning, request))})


def _initial_count(formset: BaseModelFormSet) -> int:
    """How many rows stood in the form, as it says. Django bounds the number of all rows that may come, not this one."""
    return min(formset.initial_form_count(), formset.total_form_count())


def _split(formset: BaseModelFormSet, rows: range) -> tuple[list[int], list[int]]:
    """The rows whose object is there, and those whose object is gone. One without a number at all stays."""
    key = formset.model._meta.pk.name
    known = {str(item.pk) for item in formset.get_queryset()}
    held = {row: formset.data.get(f"{formset.add_prefix(row)}-{key}") for row in rows}
    lost = [row for row in rows if held[row] and held[row].isascii() and held[row].isdigit() and held[row] not in known]
    return [row for row in rows if row not in lost], lost


def _renumbered(data: MultiValueDict, prefix: str, order: list[int]) -> MultiValueDict:
    """`data` with the rows in `order`; the others are left out."""
    place = {str(row): position for position, row in enumerate(order)}
    pattern = re.compile(rf"{re.escape(prefix)}-(\d+)-(.+)", re.DOTALL)
    renumbered = data.copy()
    for name in list(data):
        if pattern.fullmatch(name):
            del renumbered[name]
    for name, values in data.lists():
        match = pattern.fullmatch(name)
        if match and match[1] in place:
            renumbered.setlist(f"{prefix}-{place[match[1]]}-{match[2]}", values)
    return renumbered


def _count(formset: BaseModelFormSet, *, total: int, initial: int) -> None:
    formset.data[f"{formset.prefix}-{TOTAL_FORM_COUNT}"] = str(total)
    formset.data[f"{formset.prefix}-{INITIAL_FORM_COUNT}"] = str(initial)
    del formset.management_form  # read anew from the counts just set
