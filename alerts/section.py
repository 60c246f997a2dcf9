"""What this feature gives to the portal: the banner that warns."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from accounts.roles import EDITOR, WRITER
from alerts.desk import errands_of, piles_of
from alerts.models import Alert
from alerts.sitemaps import AlertListSitemap
from communes.models import Commune
from section import MenuTarget, OpenWork, Section


def alert_titles(ids: list[int], commune: Commune) -> dict[int, tuple[str, str]]:
    alerts = Alert.objects.of(commune).published().filter(pk__in=ids)
    return {alert.pk: (alert.headline, alert.get_absolute_url()) for alert in alerts}


def menu_targets(commune: Commune) -> list[MenuTarget]:
    services = _("Services of the portal")
    return [MenuTarget(_("Alerts"), reverse("alerts:alert_list"), group=services, key="url:alerts:alert_list")]


def opens(_path: str, match: ResolverMatch, commune_id: int) -> bool:
    """Whether the alert at a path was ever shown to citizens; the list always is."""
    pk = match.kwargs.get("pk")
    return pk is None or Alert.objects.of(commune_id).published().filter(pk=pk).exists()


def outgoing(commune: Commune) -> list[tuple[str, str, str]]:
    """Addresses of other servers that alerts lead to while they hold."""
    alerts = Alert.objects.of(commune).active().filter(link__startswith="https://")
    return [(alert.link, alert.headline, reverse("admin:alerts_alert_change", args=[alert.pk])) for alert in alerts]


DRAFTING = frozenset({"view_alert", "add_alert", "change_alert", "delete_alert"})


def drafts_of(person: AbstractUser, commune: Commune) -> QuerySet[Alert]:
    return Alert.objects.of(commune).filter(created_by=person, published_at=None)


def refusal_of_drafts(_drafts: QuerySet[Alert], _giver: AbstractUser, taker: AbstractUser) -> str:
    """A colleague who cannot change alerts could not go on with them."""
    if taker.has_perm("alerts.change_alert"):
        return ""
    return gettext("%(person)s may not write alerts.") % {"person": name_of(taker)}


SECTION = Section(
    urls="alerts.urls",
    parameters=frozenset({"trang"}),
    sitemaps={"canh-bao": AlertListSitemap},
    single_pages={"alerts": (_("Alerts"), "alerts:alert_list")},
    page_titles={"alert": alert_titles},
    rights={WRITER: DRAFTING, EDITOR: DRAFTING | {"publish_alert"}},
    guarded=frozenset({"publish_alert"}),
    piles=piles_of,
    errands=errands_of,
    menu_targets=menu_targets,
    opens=opens,
    outgoing=outgoing,
    open_work=[
        OpenWork(
            _("Drafts of alerts"),
            drafts_of,
            lambda drafts, _giver, taker: drafts.update(created_by=taker),
            refusal_of_drafts,
        )
    ],
)
