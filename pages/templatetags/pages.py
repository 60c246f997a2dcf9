"""What a page says of itself to machines."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext

from news.links import outgoing
from news.models import Language

register = template.Library()

LOCALES = {Language.VIETNAMESE: "vi_VN", Language.ENGLISH: "en_GB"}


@register.inclusion_tag("pages/_page_head.html", takes_context=True)
def page_head(context: Context) -> dict[str, Any]:
    """Description, canonical address, the same page in other languages, and the way to it as BreadcrumbList."""
    page, request, site = context["article"], context["request"], context["site"]
    address = request.build_absolute_uri(page.get_absolute_url())
    steps = [(gettext("Home"), reverse("portal:home"))]
    steps += [(above.title, above.get_absolute_url()) for above in context["trail"]]
    crumbs = [*steps, (page.title, page.get_absolute_url())]
    return {
        "page": page,
        "site": site,
        "address": address,
        "description": outgoing.description_of(page),
        "locale": LOCALES[Language(page.language)],
        "picture": request.build_absolute_uri(page.cover.file.url) if page.cover else None,
        "languages": [
            {"language": other.language, "address": request.build_absolute_uri(other.get_absolute_url())}
            for other in (page, *context["languages"])
        ]
        if context["languages"]
        else [],
        "crumbs": outgoing.script_json(
            {
                "@context": "https://schema.org",
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {
                        "@type": "ListItem",
                        "position": number,
                        "name": str(name),
                        "item": request.build_absolute_uri(target),
                    }
                    for number, (name, target) in enumerate(crumbs, start=1)
                ],
            }
        ),
    }
