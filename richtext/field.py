"""The column that holds rich text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from richtext.cleaning import clean_html
from richtext.editor import RichTextEditor
from textfields import MultilineFormField


class RichTextField(models.TextField):
    """Text column that can only hold sanitised HTML, however it is written."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean_html(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            value = clean_html(value)
        return super().get_db_prep_save(value, connection)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        if not isinstance(kwargs.get("widget"), RichTextEditor):  # the admin offers its plain textarea
            kwargs["widget"] = RichTextEditor()
        return super().formfield(**{"form_class": MultilineFormField, **kwargs})
