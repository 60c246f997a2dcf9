"""What search engines are told about."""

from __future__ import annotations

from django.db.models import Model
from django.urls import reverse

from communes.sitemaps import CommuneSitemap
from offices.models import Office, Person, Village


class OfficeSitemap(CommuneSitemap):
    """The pages of offices and people; of the lists, those that are not empty."""

    def items(self) -> list[Model | str]:
        offices = list(Office.objects.of(self.commune).shown())
        people = list(Person.objects.of(self.commune).shown())
        lists = ["offices:leaders", "offices:structure", "offices:directory"] if offices else []
        if Village.objects.of(self.commune).shown().exists():
            lists.append("offices:villages")
        return [*lists, *offices, *people]

    def location(self, item: Model | str) -> str:
        return reverse(item) if isinstance(item, str) else item.get_absolute_url()
