"""What search engines are told about."""

from __future__ import annotations

from django.db.models import Value
from django.urls import reverse

from communes.sitemaps import CommuneSitemap
from offices.models import Office, Person


class OfficeSitemap(CommuneSitemap):
    """The pages of offices and of people; one query. Their lists stand among the portal's pages that there are once."""

    def items(self) -> list[tuple[str, str]]:
        offices = Office.objects.of(self.commune).shown().order_by()
        people = Person.objects.of(self.commune).shown().order_by()
        rows = offices.values_list(Value("offices:office_detail"), "slug").union(
            people.values_list(Value("offices:person_detail"), "slug"), all=True
        )
        return sorted(rows)

    def location(self, item: tuple[str, str]) -> str:
        page, slug = item
        return reverse(page, args=[slug])
