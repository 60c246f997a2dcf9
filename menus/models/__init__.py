from menus.models.item import Menu, MenuItem
from menus.models.links import Agency, Banner, Service, SocialLink

__all__ = ["Agency", "Banner", "Menu", "MenuItem", "Service", "SocialLink"]
