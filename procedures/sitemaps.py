"""What search engines are told about."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from communes.sitemaps import CommuneSitemap
from procedures.models import LifeEvent, Procedure, ProcedureQuerySet


class ProcedureSitemap(CommuneSitemap):
    def items(self) -> ProcedureQuerySet:
        procedures = Procedure.objects.of(self.commune).published()
        return procedures.only("slug", "updated_at").order_by("pk")

    def lastmod(self, procedure: Procedure) -> datetime:
        return procedure.updated_at

    def get_latest_lastmod(self) -> None:
        """Not told in the index: Django would read every procedure to find it."""
        return


class ProcedureListSitemap(CommuneSitemap):
    """The list of all, and those of the life events."""

    def items(self) -> list[str]:
        events = LifeEvent.objects.of(self.commune).with_procedures()
        return [reverse("procedures:procedure_list"), *(event.get_absolute_url() for event in events)]

    def location(self, address: str) -> str:
        return address
