from menus.admin.items import MenuItemAdmin
from menus.admin.links import AgencyAdmin, BannerAdmin, ServiceAdmin, SocialLinkAdmin

__all__ = ["AgencyAdmin", "BannerAdmin", "MenuItemAdmin", "ServiceAdmin", "SocialLinkAdmin"]
