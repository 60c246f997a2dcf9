"""What the shell itself adds to the portal."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import lost
from accounts.access.reentry import CONFIRMED
from accounts.sign_in import TASKS as SIGN_IN_TASKS
from communes.idle import TASKS as IDLE_TASKS
from communes.policyreports import TASKS as REPORT_TASKS
from desk.first_steps import first_steps_of_the_shell
from portal.sitemaps import SinglePageSitemap
from section import MenuTarget, Section
from trail.upkeep import TASKS as TRAIL_TASKS
from upkeep.outbox import TASKS as MAIL_TASKS

SECTION = Section(
    urls="portal.public_urls",
    reserved_words=frozenset(
        {
            # Served before Django is asked.
            *("media", "static"),
            # Where people look for the administration, and addresses that old portals had.
            *("admin", "bao-cao", "chu-de", "dong-su-kien"),
            # Of features to come. A category that took one would stand in their way.
            *("api", "cong-khai", "hoi-dap", "phan-anh", "van-ban"),
        }
    ),
    sitemaps={"trang": SinglePageSitemap},
    single_pages={"home": (_("Home"), "portal:home"), "sitemap": (_("Site map"), "portal:site_map")},
    menu_targets=lambda commune: [
        MenuTarget(_("Home"), reverse("portal:home"), key="url:portal:home"),
        MenuTarget(
            _("Site map"), reverse("portal:site_map"), group=_("Services of the portal"), key="url:portal:site_map"
        ),
    ],
    uploads=frozenset({"admin:communes_commune_open"}),
    unsearched=("admin:index",),
    piles=lost.piles_of,
    first_steps=first_steps_of_the_shell,
    confirmed=CONFIRMED,
    tasks=[*SIGN_IN_TASKS, *IDLE_TASKS, *TRAIL_TASKS, *REPORT_TASKS, *MAIL_TASKS],
)
