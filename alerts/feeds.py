"""Alerts for feed readers, and for whoever sends them on."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from alerts.models import Alert
from communes.models import Commune
from serving.publiccache import public_page
from vietnamese import xml_text

ITEMS = 30


class AlertFeed(Feed):
    """Those that hold and those that held; a program learns of an end from the time in the entry."""

    feed_type = Atom1Feed
    link = reverse_lazy("alerts:alert_list")
    subtitle = _("What people in the commune must know now")
    language = "vi"

    def get_object(self, request: HttpRequest) -> Commune:
        return request.commune

    def title(self, commune: Commune) -> str:
        return xml_text(f"{_('Alerts')} | {commune.site.name}")

    def feed_url(self) -> str:
        return reverse("alerts:atom_feed")

    def author_name(self, commune: Commune) -> str:
        return xml_text(commune.site.agency or commune.site.name)

    def items(self, commune: Commune) -> list[Alert]:
        return list(Alert.objects.of(commune).published().order_by("-starts_at", "-pk")[:ITEMS])

    def item_title(self, alert: Alert) -> str:
        return f"{alert.get_level_display().capitalize()}: {alert.headline}"

    def item_description(self, alert: Alert) -> str:
        area = _("Area: %(area)s") % {"area": alert.area} if alert.area else ""
        return "\n".join(filter(None, [area, alert.text]))

    def item_pubdate(self, alert: Alert) -> datetime:
        return alert.starts_at

    def item_updateddate(self, alert: Alert) -> datetime:
        return alert.withdrawn_at or alert.updated_at

    def item_categories(self, alert: Alert) -> list[str]:
        return [alert.get_level_display()]


atom_feed = require_safe(public_page(AlertFeed()))
