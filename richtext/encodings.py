"""Text of the time before Unicode, inside HTML."""

from __future__ import annotations

import html as entities
from collections.abc import Iterable
from itertools import groupby

from richtext.markup import LINE_ENDS, Piece, pieces
from vietnamese import detect_legacy_encoding, repair_legacy


def repair_encoding(html: str) -> str:
    """Turn the paragraphs of `html` that are in an encoding of the time before Unicode (TCVN3, VNI) into Unicode.

    Works for plain text, too. What is Unicode already stays as it is.
    """
    if html.isascii() and "&" not in html:
        return html
    if "<" not in html:
        return _repaired([Piece(html, "")]) or html
    written: list[str] = []
    block: list[Piece] = []
    is_repaired = False
    for piece in [*pieces(html), Piece("", "br")]:
        if piece.tag not in LINE_ENDS:
            block.append(piece)
            continue
        repaired = _repaired(block)
        is_repaired |= repaired is not None
        written += [_source(block) if repaired is None else repaired, piece.source]
        block = []
    return "".join(written) if is_repaired else html


def _source(block: Iterable[Piece]) -> str:
    return "".join(piece.source for piece in block)


def _repaired(block: list[Piece]) -> str | None:
    """The block in Unicode; None when it is already."""
    encoding = detect_legacy_encoding(entities.unescape("".join(" " if piece.tag else piece.source for piece in block)))
    if encoding is None:
        return None
    written = []
    for is_tag, run in groupby(block, key=lambda piece: bool(piece.tag)):
        run_source = _source(run)
        if not is_tag:
            text = repair_legacy(entities.unescape(run_source), encoding)
            run_source = entities.escape(text, quote=False)
        written.append(run_source)
    return "".join(written)
