"""What this feature gives to the portal: administrative procedures in plain words."""

from __future__ import annotations

from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR, WRITER
from communes.models import Commune
from procedures.desk import piles_of
from procedures.models import LifeEvent, Procedure, ProcedurePaper, State
from procedures.reading import procedures_with
from procedures.sitemaps import ProcedureListSitemap, ProcedureSitemap
from section import HomeBlock, MenuTarget, Section


def procedure_titles(ids: list[int], commune: Commune) -> dict[int, tuple[str, str]]:
    procedures = Procedure.objects.of(commune).published().filter(pk__in=ids)
    return {procedure.pk: (procedure.title, procedure.get_absolute_url()) for procedure in procedures}


def event_titles(ids: list[int], commune: Commune) -> dict[int, tuple[str, str]]:
    events = LifeEvent.objects.of(commune).with_procedures().filter(pk__in=ids)
    return {event.pk: (event.name, event.get_absolute_url()) for event in events}


def menu_targets(commune: Commune) -> list[MenuTarget]:
    group = _("Procedures")
    every = MenuTarget(
        _("Administrative procedures"),
        reverse("procedures:procedure_list"),
        group=group,
        key="url:procedures:procedure_list",
    )
    events = LifeEvent.objects.of(commune).with_procedures()
    return [
        every,
        *(MenuTarget(e.name, e.get_absolute_url(), e.description, group, key=f"lifeevent:{e.pk}") for e in events),
    ]


def opens(_path: str, match: ResolverMatch, commune_id: int) -> bool:
    """Whether citizens find the procedure or the life event at a path; the list is always there."""
    if match.url_name == "procedure_detail":
        return Procedure.objects.of(commune_id).published().filter(pk=match.kwargs["pk"]).exists()
    if match.url_name == "life_event":
        return LifeEvent.objects.of(commune_id).with_procedures().filter(slug=match.kwargs["slug"]).exists()
    return True


def outgoing(commune: Commune) -> list[tuple[str, str, str]]:
    """Forms on other servers. The national portal is not asked for every procedure: the pattern is one."""
    papers = ProcedurePaper.objects.filter(
        procedure__commune=commune, procedure__state=State.PUBLISHED, link__startswith="https://"
    ).select_related("procedure")
    return [
        (paper.link, paper.procedure.title, reverse("admin:procedures_procedure_change", args=[paper.procedure_id]))
        for paper in papers
    ]


DRAFTING = frozenset({"view_procedure", "add_procedure", "change_procedure", "view_lifeevent"})

SECTION = Section(
    urls="procedures.urls",
    parameters=frozenset({"q"}),
    sitemaps={"thu-tuc": ProcedureSitemap, "thu-tuc-danh-muc": ProcedureListSitemap},
    single_pages={"procedures": (_("Administrative procedures"), "procedures:procedure_list")},
    page_titles={"procedure": procedure_titles, "lifeevent": event_titles},
    rights={
        WRITER: DRAFTING,
        EDITOR: DRAFTING
        | {"publish_procedure", "delete_procedure", "add_lifeevent", "change_lifeevent", "delete_lifeevent"},
    },
    guarded=frozenset({"publish_procedure"}),
    piles=piles_of,
    search=procedures_with,
    menu_targets=menu_targets,
    opens=opens,
    home_blocks=(HomeBlock("procedures", _("Procedures by life event"), "procedures/home_block.html"),),
    outgoing=outgoing,
    uploads=frozenset({"admin:procedures_procedure_import"}),
)
