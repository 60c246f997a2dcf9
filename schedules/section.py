"""What this feature gives to the portal: opening hours, days of reception, work schedules, contact."""

from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR, WRITER
from communes.models import Commune
from schedules.desk import errands_of, piles_of
from schedules.finding import pages_with
from schedules.models import WorkWeek
from schedules.sitemaps import ScheduleSitemap
from section import HomeBlock, MenuTarget, Section

WRITER_RIGHTS = frozenset(
    {
        *("view_openinghours", "view_hoursexception", "view_holiday", "view_reception"),
        *("view_workweek", "add_workweek", "change_workweek"),
    }
)
EDITOR_RIGHTS = WRITER_RIGHTS | {
    *("publish_workweek", "delete_workweek"),
    *("add_openinghours", "change_openinghours", "delete_openinghours"),
    *("add_hoursexception", "change_hoursexception", "delete_hoursexception"),
    *("add_reception", "change_reception", "delete_reception"),
}


def menu_targets(commune: Commune) -> list[MenuTarget]:
    group = _("Hours and schedules")
    pages = (
        ("work_schedule", _("Weekly work schedule")),
        ("receptions", _("Reception of citizens")),
        ("hours", _("Opening hours")),
        ("contact", _("Contact")),
    )
    return [
        MenuTarget(title, reverse(f"schedules:{name}"), group=group, key=f"url:schedules:{name}")
        for name, title in pages
    ]


def opens(_path: str, match: ResolverMatch, commune_id: int) -> bool:
    """Whether the schedule of the week at a path is published; the other pages always are."""
    monday = match.kwargs.get("monday")
    return monday is None or WorkWeek.objects.of(commune_id).published().filter(monday=monday).exists()


def outgoing(commune: Commune) -> list[tuple[str, str, str]]:
    """The link to the map, where an administrator entered one."""
    if not commune.site.map_url:
        return []
    address = reverse("admin:communes_siteidentity_changelist")
    return [(commune.site.map_url, str(_("Map on the contact page")), address)]


SECTION = Section(
    urls="schedules.urls",
    sitemaps={"lich-va-gio-lam-viec": ScheduleSitemap},
    single_pages={
        "hours": (_("Opening hours"), "schedules:hours"),
        "contact": (_("Contact"), "schedules:contact"),
        "receptions": (_("Reception of citizens"), "schedules:receptions"),
        "workschedule": (_("Weekly work schedule"), "schedules:work_schedule"),
    },
    # The days off are confirmed by administrators, who may do everything.
    rights={WRITER: WRITER_RIGHTS, EDITOR: EDITOR_RIGHTS},
    piles=piles_of,
    errands=errands_of,
    search=pages_with,
    menu_targets=menu_targets,
    opens=opens,
    home_blocks=(
        HomeBlock("one-stop-hours", _("Hours of the one-stop centre"), "schedules/_hours_block.html"),
        HomeBlock("next-reception", _("Next reception of citizens"), "schedules/_reception_block.html"),
    ),
    outgoing=outgoing,
)
