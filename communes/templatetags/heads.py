"""What a page says of itself to machines: its head, and where it stands."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = template.Library()

DESCRIPTION = 200  # characters
# The portal's own drawing, where a page has no picture: (file, width, height).
DRAWING = ("img/icon-512.png", 512, 512)
# Characters that end a script element early, written as JSON escapes.
_JSON_SAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.inclusion_tag("communes/_page_head.html", takes_context=True)
def page_head(
    context: Context, title: str, description: str = "", number: int = 1, picture: Any = None
) -> dict[str, Any]:
    """Description, canonical address and picture of a page; every page `number` of a list is an address of its own.

    A page without a description is described by its title and whose portal it is on. `picture`: of the library.
    """
    request, site = context["request"], context["site"]
    address = request.build_absolute_uri(request.path + (f"?trang={number}" if number > 1 else ""))
    image, width, height = (picture.file.url, picture.width, picture.height) if picture else _drawing()
    name = f"{title} – {gettext('page %(number)s') % {'number': number}}" if number > 1 else str(title)
    told = str(description) or " – ".join(dict.fromkeys(filter(None, [str(title), str(site.name), str(site.agency)])))
    return {
        "title": name,
        "description": told if len(told) <= DESCRIPTION else told[:DESCRIPTION].rsplit(" ", 1)[0] + "…",
        "address": address,
        "image": request.build_absolute_uri(image),
        "width": width,
        "height": height,
        "site": site,
    }


def _drawing() -> tuple[str, int, int]:
    name, width, height = DRAWING
    return static(name), width, height


@register.inclusion_tag("communes/_trail.html", takes_context=True)
def trail(context: Context, *steps: str) -> dict[str, Any]:
    """The way from the home page to this one, for readers and as schema.org's BreadcrumbList.

    `steps` are names and addresses in turn; the name of the page itself, which has none, may end them:

        {% trail category.name category.get_absolute_url %}
        {% trail "Lịch" calendar_address title %}
    """
    request = context["request"]
    names, addresses = [str(name) for name in steps[::2]], [*steps[1::2], *[""] * (len(steps) % 2)]
    way = [(gettext("Home"), reverse("portal:home")), *zip(names, addresses, strict=True)]
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": name,
            "item": request.build_absolute_uri(address or request.path),
        }
        for position, (name, address) in enumerate(way, 1)
    ]
    data = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
    return {"way": way, "data": script_data(data)}


def script_data(data: dict[str, Any]) -> SafeString:
    """`data` as JSON that no text in it can end."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_JSON_SAFE))
