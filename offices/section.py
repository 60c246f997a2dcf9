"""What this feature gives to the portal: offices, people and their posts, villages."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR, WRITER
from communes.models import Commune
from offices.models import Office, Person
from offices.public.search import people_and_offices_with
from offices.public.sitemaps import OfficeSitemap
from offices.uses import uses_of
from section import Errand, Holding, HomeBlock, MenuTarget, Section, Whom

# Key of the page in statistics and menus → its title.
LISTS = {
    "leaders": _("Leaders"),
    "structure": _("Structure of the administration"),
    "directory": _("Directory"),
    "villages": _("Villages and their heads"),
}
DESCRIPTIONS = {
    "leaders": _("Who leads the commune, in charge of what, and on any earlier day."),
    "structure": _("The offices, what belongs to what and who leads each."),
    "directory": _("Telephones and e-mail of offices and people."),
    "villages": _("Whom to call in each village."),
}
MODELS = ("office", "person", "post", "village")
WRITER_RIGHTS = frozenset(f"view_{model}" for model in MODELS)
EDITOR_RIGHTS = WRITER_RIGHTS | {f"{right}_{model}" for right in ("add", "change", "delete") for model in MODELS}


def menu_targets(commune: Commune) -> list[MenuTarget]:
    return [
        MenuTarget(
            title,
            reverse(f"offices:{name}"),
            str(DESCRIPTIONS[name]),
            _("People and offices"),
            key=f"url:offices:{name}",
        )
        for name, title in LISTS.items()
    ]


def opens(_path: str, match: ResolverMatch, commune_id: int) -> bool:
    """Whether the office or the person at a path is shown to citizens; the lists always are."""
    slug = match.kwargs.get("slug")
    if slug is None:
        return True
    model = Office if match.url_name in {"office_detail", "office_card"} else Person
    return model.objects.of(commune_id).shown().filter(slug=slug).exists()


def errands_of(user: AbstractUser) -> list[Errand]:
    if not user.has_perm("offices.change_person"):
        return []
    return [Errand(_("People and offices"), reverse("admin:offices_person_changelist"))]


def office_titles(ids: list[int], commune: Commune) -> dict[int, tuple[str, str]]:
    offices = Office.objects.of(commune).filter(pk__in=ids)
    return {office.pk: (office.name, office.get_absolute_url()) for office in offices}


def person_titles(ids: list[int], commune: Commune) -> dict[int, tuple[str, str]]:
    people = Person.objects.of(commune).filter(pk__in=ids)
    return {person.pk: (person.name, person.get_absolute_url()) for person in people}


def people_of(whom: Whom) -> QuerySet[Person]:
    people = Person.objects.everywhere().annotate(
        full_name=Concat("family_name", Value(" "), "given_name", output_field=TextField())
    )
    return people.filter(whom.named_in("full_name", "email"))


SECTION = Section(
    urls="offices.urls",
    parameters=frozenset({"ngay", "tim", "xep"}),
    sitemaps={"danh-ba": OfficeSitemap},
    single_pages={name: (title, f"offices:{name}") for name, title in LISTS.items()},
    page_titles={"office": office_titles, "person": person_titles},
    rights={WRITER: WRITER_RIGHTS, EDITOR: EDITOR_RIGHTS},
    errands=errands_of,
    search=people_and_offices_with,
    uses=uses_of,
    home_blocks=[HomeBlock("telephones", _("Telephones you may need"), "offices/_home_telephones.html", is_wide=True)],
    menu_targets=menu_targets,
    opens=opens,
    personal_data=[
        Holding(
            what=_("Name, post, office telephone and e-mail of officials"),
            why=_("So that citizens know whom to turn to"),
            span=_("Until an editor takes the entry out"),
            is_of_citizens=False,
            rows=lambda whom: [people_of(whom)],
        )
    ],
)
