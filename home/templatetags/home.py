"""The home page put together from the blocks of the features."""

from __future__ import annotations

from itertools import groupby
from typing import Any, NamedTuple

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from communes.templatetags.heads import script_data
from section import HomeBlock

register = template.Library()

MOST_BESIDE = 3  # blocks that a desk shows beside each other


class Row(NamedTuple):
    """Blocks that stand beside each other where there is room."""

    is_wide: bool
    blocks: list[SafeString]


@register.inclusion_tag("home/_home_blocks.html", takes_context=True)
def home_blocks(context: Context) -> dict[str, Any]:
    """The blocks of the page that have something to show, in rows without holes."""
    written = []
    for block in context["blocks"]:
        with context.push():
            text = context.template.engine.get_template(block.template).render(context)
        if text.strip():
            written.append((block, text))
    return {"rows": rows_of(written)}


def rows_of(written: list[tuple[HomeBlock, SafeString]]) -> list[Row]:
    """A wide block has a row of its own; those between two of them share rows evenly: four stand two by two."""
    rows = []
    for is_wide, group in groupby(written, key=lambda pair: pair[0].is_wide):
        texts = [text for _block, text in group]
        count = len(texts) if is_wide else -(-len(texts) // MOST_BESIDE)
        short, longer = divmod(len(texts), count)
        for number in range(count):
            size = short + (number < longer)
            rows.append(Row(is_wide, texts[:size]))
            del texts[:size]
    return rows


@register.inclusion_tag("home/_website_data.html", takes_context=True)
def website_data(context: Context) -> dict[str, Any]:
    """The portal as schema.org's WebSite, with the address of its search."""
    request, site = context["request"], context["site"]
    home = request.build_absolute_uri(reverse("portal:home"))
    search = request.build_absolute_uri(reverse("news:search"))
    data = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": str(site.name),
        "url": home,
        "inLanguage": "vi",
        "publisher": {"@type": "GovernmentOrganization", "name": str(site.agency or site.name)},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }
    return {"data": script_data(data)}
