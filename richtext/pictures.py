"""Pictures written into a text as base64, and pictures of other sites."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from richtext.markup import START, escape_attribute, pieces, tokens

_INLINE = "data:image/"


def lift_inline_pictures(html: str, store: Callable[[bytes], str | None]) -> str:
    """Replace pictures pasted into `html` as base64 by what `store` made of them.

    `store` takes the file's content and returns its address, or None for a file that is no
    picture. That one stays, as does what is no base64: a draft keeps it, the sanitiser takes it away and counts it.
    """
    if _INLINE not in html.lower():
        return html
    return "".join(
        _lifted(piece.source, store) if piece.tag == "img" and _INLINE in piece.source.lower() else piece.source
        for piece in pieces(html)
    )


def _lifted(tag: str, store: Callable[[bytes], str | None]) -> str:
    attributes = next((token.attributes for token in tokens(tag) if token.type is START), {})
    head, _comma, data = attributes.get("src", "").partition(",")
    if not head.strip().lower().startswith(_INLINE):
        return tag
    try:
        content = base64.b64decode(data) if "base64" in head.lower() else unquote_to_bytes(data)
    except (binascii.Error, ValueError):
        return tag
    address = store(content)
    if address is None:
        return tag
    return f'<img src="{escape_attribute(address)}" alt="{escape_attribute(attributes.get("alt", ""))}">'
