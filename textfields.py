"""Text fields of models and forms: what is typed is normalised first and validated then.

Django's own fields measure, compare and store what the browser sent. So a title of invisible characters
passed as present, a comment was refused for the carriage returns that the browser added, and a control
character pasted from a slide broke the feeds. Use these in place of Django's; the rule itself is
`vietnamese.one_line` and `vietnamese.paragraphs`. A field with choices needs none: its values are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from vietnamese import one_line, paragraphs

# A page of this portal, or another one that is encrypted; for columns and their constraints. Browsers read
# "/\\host" as "//host".
LINK = r"^(/([^/\\\s][^\\\s]*)?|https://[^/\\\s]+(/[^\\\s]*)?)$"
NO_LINK = _("A link begins with / (a page of this portal) or with https://.")


class LineFormField(forms.CharField):
    """One line of text in a form."""

    normalise = staticmethod(one_line)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value if value in self.empty_values else self.normalise(value) or self.empty_value


class MultilineFormField(LineFormField):
    """Text of several lines in a form."""

    widget = forms.Textarea
    normalise = staticmethod(paragraphs)


class SlugFormField(LineFormField, forms.SlugField):
    pass


class EmailFormField(LineFormField, forms.EmailField):
    pass


class UrlFormField(LineFormField, forms.URLField):
    """The address of a page of another server; what is typed without a scheme is taken as https."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"assume_scheme": "https"} | kwargs))

    def to_python(self, value: Any) -> Any:
        # Before the scheme is looked for: a character of no width in front hides it.
        return super().to_python(self.normalise(value) if isinstance(value, str) else value)


class NormalisedField(models.Field):
    """What the model fields below share: the value is normalised in `full_clean`, and on saving without it.

    Migrations see Django's field of the same column: for the database nothing differs.
    """

    normalise: Callable[[str], str] = staticmethod(one_line)
    form_class: type[forms.Field] = LineFormField
    column_class = "CharField"

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return self.normalise(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = self.normalise(value)
            setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": self.form_class, **kwargs})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.column_class}", args, kwargs


class LineField(NormalisedField, models.CharField):
    """One line of text."""


class LinkField(LineField):
    """What a page leads to: a page of this portal or of another server. See LINK for a constraint."""

    default_validators = [RegexValidator(LINK, NO_LINK)]


class MultilineField(NormalisedField, models.TextField):
    """Text of several lines."""

    normalise = staticmethod(paragraphs)
    form_class = MultilineFormField
    column_class = "TextField"


class SlugField(NormalisedField, models.SlugField):
    """A part of an address."""

    form_class = SlugFormField
    column_class = "SlugField"


class EmailField(NormalisedField, models.EmailField):
    """An e-mail address."""

    form_class = EmailFormField
    column_class = "EmailField"


class UrlField(NormalisedField, models.URLField):
    """The address of a page of another server; see LinkField for one that may lead to this portal."""

    form_class = UrlFormField
    column_class = "URLField"


def normalise_stored(model: type[models.Model], rules: dict[str, Callable[[str], str]], **only: Any) -> None:
    """Bring the columns named in `rules` of a table into normal form; for migrations.

    `only` narrows the rows. A required text of which nothing visible is left becomes the row's number.
    What a constraint forbids (a name that another row has in normal form already) stays as it is.
    """
    rows = model._base_manager.filter(**only)  # those of all communes
    for pk, *values in rows.values_list("pk", *rules).iterator(chunk_size=2000):
        for (name, normalise), value in zip(rules.items(), values, strict=True):
            text = normalise(value)
            if text == value:
                continue
            field = model._meta.get_field(name)
            if not text and isinstance(field, models.Field) and not field.blank:
                text = f"#{pk}"
            with suppress(IntegrityError, DataError), transaction.atomic():
                model._base_manager.filter(pk=pk).update(**{name: text})
