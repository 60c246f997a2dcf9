"""The frame that all pages share, kept in each process for a moment."""

from __future__ import annotations

import time

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token

register = template.Library()

# A page that varies by what a stranger can invent would fill the memory.
MOST_KEPT = 4096
_kept: dict[tuple[object, ...], tuple[float, str]] = {}


class KeptNode(Node):
    def __init__(self, nodelist: NodeList, name: str, vary_on: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.name = name
        self.vary_on = vary_on

    def render(self, context: Context) -> str:
        seconds = context.get("frame_seconds", 0)
        if not seconds:
            return self.nodelist.render(context)
        key = (context["frame_owner"], self.name, *(value.resolve(context) for value in self.vary_on))
        now = time.time()
        until, text = _kept.get(key, (0.0, ""))
        if not now < until <= now + seconds:
            text = self.nodelist.render(context)
            if len(_kept) >= MOST_KEPT:
                _make_room(now)
            _kept[key] = (now + seconds, text)
        return text


def _make_room(now: float) -> None:
    """Drop what is over; all of it where that is not enough, as it was made within a second."""
    for key, (until, _text) in list(_kept.items()):
        if until <= now:
            _kept.pop(key, None)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what stands up to `endkept` for `frame_seconds`, once for each value that it varies on.

    The frames of one portal are its own: `frame_owner` of the context says whose they are. An inclusion tag
    hands it on; without it the page fails, as it would be shown to the visitors of another portal.

        {% kept "menu" current %}…{% endkept %}

    Django's `cache` does the same through a cache that hashes its keys and pickles its texts: six of
    them in a page cost as much as a query.
    """
    _, name, *vary_on = token.split_contents()
    nodelist = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptNode(nodelist, name.strip("\"'"), [parser.compile_filter(value) for value in vary_on])


def forget() -> None:
    """Render everything anew."""
    _kept.clear()
