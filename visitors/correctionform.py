"""The form in which an administrator says what is to be struck out of the statistics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communes.rowadmin import CommuneForm
from vietnamese.tags import datetime_12h, number
from visitors.corrections import NetworkUse, networks_in_use
from visitors.models import Scope, Strike


class StrikeForm(CommuneForm):
    """What, since when, until when, and why; it offers the networks of its commune."""

    network = forms.ChoiceField(
        label=capfirst(gettext_lazy("network")),
        required=False,
        help_text=gettext_lazy(
            "The networks that added most today, yesterday and the day before. No address is kept: each has a number"
            " that is deleted with the day. The span of time is filled in by the portal."
        ),
    )

    class Meta:
        model = Strike
        fields = ["scope", "begins_at", "ends_at", "network", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            return  # shown, never changed
        self._uses = {use.number: use for use in networks_in_use(self.commune)}
        choices = [(number, _words(use)) for number, use in self._uses.items()]
        self.fields["network"].choices = [("", _("– no network –")), *choices]
        for name in ("begins_at", "ends_at"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("scope") == Scope.NETWORK:
            use = self._uses.get(data.get("network", ""))
            if use is None:
                self.add_error("network", _("Choose the network whose numbers are to be struck out."))
            else:
                data["begins_at"], data["ends_at"] = use.begins_at, use.ends_at
            return data
        data["network"] = ""
        for name in ("begins_at", "ends_at"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Say from when until when."))
        begins_at, ends_at = data.get("begins_at"), data.get("ends_at")
        if begins_at and begins_at > timezone.now():
            self.add_error("begins_at", _("This lies in the future."))
        if begins_at and ends_at and ends_at < begins_at:
            self.add_error("ends_at", _("The end lies before the beginning."))
        return data


def _words(use: NetworkUse) -> str:
    return _("%(number)s: %(views)s page views, %(visits)s visits (%(begin)s – %(end)s)") % {
        "number": use.number[:6],
        "views": number(use.views),
        "visits": number(use.visits),
        "begin": datetime_12h(use.begins_at),
        "end": datetime_12h(use.ends_at),
    }
