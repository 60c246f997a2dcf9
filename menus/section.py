"""What this feature gives to the portal: menus, links to other agencies and services, banners."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import EDITOR
from menus.desk import outgoing_of, piles_of
from menus.uses import uses_of
from section import HomeBlock, Section

MODELS = ("menuitem", "service", "banner", "agency", "sociallink")

SECTION = Section(
    urls="menus.urls",
    rights={
        EDITOR: frozenset(f"{action}_{model}" for action in ("view", "add", "change", "delete") for model in MODELS)
    },
    piles=piles_of,
    uses=uses_of,
    home_blocks=(
        HomeBlock("services", _("Strip of services"), "menus/services_block.html", is_wide=True),
        HomeBlock("banners", _("Banners"), "menus/banners_block.html", is_wide=True),
        HomeBlock("agencies", _("Links to agencies"), "menus/agencies_block.html", is_wide=True),
    ),
    outgoing=outgoing_of,
)
