"""What is asked of whoever throws something away, or takes it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import CommuneForm
from textfields import LineFormField


class ThrowForm(forms.Form):
    reason = LineFormField(
        label=_("Why?"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vLargeTextField", "list": "reasons"}),
        help_text=_("In a few words; colleagues who look for it read this."),
    )


class TakeBackForm(CommuneForm):
    """Asks a row that is taken back for what another row has taken meanwhile, and says so at the field.

    The constraints are those of the database; a sentence about a field that is not asked stands above the form.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.trashed = None

    def validate_unique(self) -> None:
        """All constraints: Django leaves out those with a column that the form does not ask for."""
        try:
            self.instance.validate_constraints()
        except ValidationError as error:
            self._update_errors(error)

    def _update_errors(self, errors: ValidationError) -> None:
        if not hasattr(errors, "error_dict"):
            super()._update_errors(errors)
            return
        for name, found in errors.error_dict.items():
            self.add_error(name if name in self.fields and name != NON_FIELD_ERRORS else None, found)
