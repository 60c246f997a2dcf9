"""What the visitor statistics give to the portal."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.db.models import Model, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR
from section import Errand, Holding, HomeBlock, MenuTarget, Section
from visitors.models import PageHour
from visitors.upkeep import TASKS

READING_SPAN = timedelta(days=30)


def errands_of(user: AbstractUser) -> list[Errand]:
    if not user.has_perm("visitors.view_statistics"):
        return []
    return [Errand(_("Visitor statistics"), reverse("admin:visitors_statistics"))]


def readings(commune: Model, keys: Sequence[str]) -> dict[str, int]:
    """How often the pages with these keys were opened in the last 30 days."""
    since = timezone.now() - READING_SPAN
    hours = PageHour.objects.of(commune.pk).filter(hour_at__gte=since, page__in=keys)
    return dict(hours.values_list("page").annotate(total=Sum("views")).order_by())


SECTION = Section(
    urls="visitors.urls",
    # To correct the statistics (add_strike) is a right of its own, which administrators alone have.
    rights={EDITOR: frozenset({"view_statistics", "view_strike"})},
    errands=errands_of,
    readings=readings,
    home_blocks=[HomeBlock("statistics", _("Visits"), "visitors/_home_statistics.html")],
    menu_targets=lambda commune: [
        MenuTarget(
            _("Visitor statistics"),
            reverse("visitors:statistics"),
            group=_("Services of the portal"),
            key="url:visitors:statistics",
        )
    ],
    unsearched=("visitors:beacon", "visitors:image"),
    tasks=TASKS,
    personal_data=[
        Holding(
            what=_(
                "A code made of network address, kind of browser and a key that is renewed every day; not the address"
            ),
            why=_("To count how many people visit the portal"),
            span=_("Two days; the key is deleted within 48 hours, and totals stay"),
            task="visitors-maintain",
        )
    ],
)
