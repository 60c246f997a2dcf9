"""Every function over text with every hostile shape, for texts of growing length.

`python -m benchmarks.studies.text` prints for each pair the milliseconds at 125 KB, 250 KB … 2,000 KB, and
how often longer twice the input took, at most. SIZES (KB, a comma between them), FUNCTIONS and SHAPES choose; a whole run takes some minutes. The time is
that of the processor, for a machine that is shared: what was above the target is measured again, and the best
counts. What takes more than LONG at one size is not asked for the next. Pairs above the target stand at the end
again, and make the exit code 1.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from itertools import pairwise

TARGET = 2.5  # times as long for twice the input
NOISE = 0.004  # seconds; what is shorter tells nothing
LONG = 8.0  # seconds
REPEATS = 4
SIZES = [1000 * int(size) for size in os.environ.get("SIZES", "125,250,500,1000,2000").split(",")]
FUNCTIONS = [name for name in os.environ.get("FUNCTIONS", "").split(",") if name]
CHOSEN_SHAPES = [name for name in os.environ.get("SHAPES", "").split(",") if name]

_WORD = "Đường làng mở rộng, "


def _repeat(part: str) -> Callable[[int], str]:
    return lambda length: part * (length // len(part))


def _numbered(part: str) -> Callable[[int], str]:
    def shape(length: int) -> str:
        parts, size = [], 0
        while size < length:
            parts.append(part.replace("#", str(len(parts))))
            size += len(parts[-1])
        return "".join(parts)

    return shape


def _around(begin: str, part: str, end: str) -> Callable[[int], str]:
    return lambda length: begin + part * (length // len(part)) + end


def _nested(opening: str, closing: str) -> Callable[[int], str]:
    def shape(length: int) -> str:
        count = length // (len(opening) + len(closing))
        return opening * count + closing * count

    return shape


SHAPES: dict[str, Callable[[int], str]] = {
    "plain paragraphs": _repeat(f"<p>{_WORD * 5}</p>\n"),
    "unclosed <b ": _repeat("<b "),
    "unclosed <img ": _repeat('<img src="data:image/png;base64,'),
    "unclosed attribute": _repeat('<a href="'),
    "unclosed comment": _repeat("<!--"),
    "unclosed b": _repeat("<b>"),
    "unclosed false bold": _repeat('<b style="font-weight:normal">'),
    "unclosed p": _repeat("<p>x"),
    "unclosed li": _repeat("<ul><li>"),
    "unclosed a": _repeat('<a href="#x">'),
    "unclosed iframe": _repeat("<iframe>"),
    "unclosed video": _repeat("<video>"),
    "nested div": _nested("<div>", "</div>"),
    "nested em": _nested("<em>", "</em>"),
    "nested blockquote": _nested("<blockquote>", "</blockquote>"),
    "nested span": _nested("<span>", "</span>"),
    "nested empty": _nested("<p><strong><em>", "</em></strong></p>"),
    "nested table": _nested("<table><tr><td>", "</td></tr></table>"),
    "misnested": _repeat("<b><p>x</b>y</p>"),
    "misnested deep": _repeat("<a><div>"),
    "distinct formats": _numbered("<font a#><p>"),
    "ends without beginning": _around("<div>" * 1000, "</i>", ""),
    "stray cells": _repeat("<td>x<tr>"),
    "text in table": _around("<table>", "x<i>", ""),
    "empty blocks": _repeat("<p><b> </b></p>"),
    "breaks": _repeat("<br>"),
    "lines": _around("<p>", f"{_WORD * 3}<br>và ", "</p>"),
    "pictures": _repeat('<img src="/media/a.png" alt="x">'),
    "inline pictures": _repeat('<img src="data:image/png;base64,QUJD" alt="x">'),
    "anchors": _numbered('<a id="x#"></a><a href="#x#">y</a>'),
    "tags in alternatives": _repeat(f'<img src="/media/a.png" alt="{"<img <a " * 200}">'),
    "links": _repeat('<p><a href="https://youtu.be/abcdefghijk">https://youtu.be/abcdefghijk</a></p>'),
    "attributes": lambda length: f"<p {_numbered('a#=1 ')(length)}>",
    "one attribute": lambda length: f'<p style="{"a:b;" * (length // 4)}">x</p>',
    "long address": lambda length: f'<a href="https://x/{"a" * length}">x</a>',
    "long alternative": lambda length: f'<img src="/media/a.png" alt="{"&" * length}">',
    "ampersands": _repeat("&"),
    "references": _repeat("&amp;"),
    "unfinished references": _repeat("&#"),
    "angles": _repeat("<"),
    "closing angles": _repeat(">"),
    "no-break spaces": _repeat("1\u00a0"),
    "no-break references": _repeat("&nbsp;"),
    "spaces": _repeat(" "),
    "line breaks": _repeat("\n"),
    "long word": _repeat("a"),
    "long Vietnamese word": _repeat("ạ"),
    "marks": _repeat("\u0301"),
    "marks in both orders": _repeat("\u0301\u0323"),
    "soft hyphens": _around("<p>Đ", "\u00adư", "</p>"),
    "eths": _repeat("Ð"),
    "strokes": _repeat("d\u0336"),
    "joiners": _repeat("\u200d"),
    "digits": _repeat("0"),
    "telephone digits": _repeat("+84 91"),
    "hyphens": _repeat("a-"),
    "quotes": _repeat('"a'),
    "TCVN3": _repeat("<p>Céng hßa x· héi chñ nghÜa ViÖt Nam</p>"),
    "TCVN3 line": _repeat("Céng hßa x· héi chñ nghÜa ViÖt Nam "),
    "TCVN3 word": _repeat("ViÖt"),
    "TCVN3 capitals": _repeat("VIÖT "),
    "TCVN3 hyphens": _repeat("Nh-X©-"),
    "VNI line": _repeat("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam "),
    "VNI word": _repeat("Vieät"),
    "different words": _numbered("tõ# "),
}


def _functions() -> dict[str, Callable[[str], object]]:
    from django.utils.safestring import mark_safe

    import richtext
    import vietnamese
    from library import renditions
    from news.drafts import autosaves, comparison, merging
    from news.links import addresses, outgoing
    from news.newsroom import checklist
    from news.public import search
    from vietnamese.plaintext import one_line, paragraphs

    query = search.parse("duong lang mo rong")

    def compare(text: str) -> object:
        blocks = richtext.text_blocks(text)
        return comparison.compare_blocks(blocks, [*blocks[: len(blocks) // 2], "mới", *blocks[len(blocks) // 2 + 1 :]])

    def merge(text: str) -> object:
        mine = text[: len(text) // 2] + "<p>mới</p>" + text[len(text) // 2 :]
        return merging.merge(None, {"body": text}, {"body": mine})

    return {
        "clean_html": richtext.clean_html,
        "taken_away": richtext.taken_away,
        "still_clean": richtext.still_clean,
        "plain_text": richtext.plain_text,
        "text_blocks": richtext.text_blocks,
        "pictures_in": richtext.pictures_in,
        "without_breaks": richtext.without_breaks,
        "lift_inline_pictures": lambda text: richtext.lift_inline_pictures(text, lambda content: "/media/a.png"),
        "repair_encoding": richtext.repair_encoding,
        "detect_legacy": vietnamese.detect_legacy_encoding,
        "repair_tcvn3": lambda text: vietnamese.repair_legacy(text, "tcvn3"),
        "repair_vni": lambda text: vietnamese.repair_legacy(text, "vni"),
        "to_nfc": vietnamese.to_nfc,
        "fold": vietnamese.fold,
        "slugify": vietnamese.slugify,
        "truncate": vietnamese.truncate,
        "sort_key": vietnamese.sort_key,
        "name_sort_key": vietnamese.name_sort_key,
        "one_line": one_line,
        "paragraphs": paragraphs,
        "search.parse": search.parse,
        "search.marked": lambda text: search._marked(text, query, is_cut_before=False, is_cut_after=False),
        "merging.blocks": lambda text: merging.blocks(richtext.clean_html(text)),
        "merging": merge,
        "renditions.in_text": lambda text: renditions.in_text(text, is_below=True),
        "addresses_in": lambda text: addresses._ADDRESS.findall(richtext.clean_html(text)),
        "embedded_pictures": lambda text: outgoing.embedded_pictures(mark_safe(richtext.clean_html(text))),
        "comparison": compare,
        "comparison, all new": lambda text: comparison.compare_blocks(richtext.text_blocks(text), [_WORD * 20]),
        "comparison, words": lambda text: comparison.compare_words(text, text[::-1]),
        "checklist.words": lambda text: checklist._check_words(text),
        "parts_of": richtext.parts_of,
        "autosaves": lambda text: autosaves._kept({"body": text, "title": text}),
    }


def measure(function: Callable[[str], object], text: str) -> float:
    """Seconds of the processor that `function` takes for `text`."""
    started = time.thread_time()
    function(text)
    return time.thread_time() - started


def times_of(function: Callable[[str], object], make: Callable[[int], str]) -> list[float]:
    """Seconds by size, up to the first that takes LONG; the best of REPEATS where one seems out of proportion."""
    times: list[float] = []
    for size in SIZES:
        text = make(size)
        times.append(measure(function, text))
        for _ in range(REPEATS):
            if len(times) < 2 or ratio(*times[-2:]) <= TARGET or times[-1] > LONG:
                break
            times[-1] = min(times[-1], measure(function, text))
        if times[-1] > LONG:
            break
    return times


def ratio(before: float, after: float) -> float:
    """How often longer the longer text took; 0 where the times are too short to tell."""
    return after / max(before, NOISE / TARGET) if after > NOISE else 0.0


def main() -> int:
    import django

    django.setup()
    gc.disable()  # what the collector looks at grows with all that lives, not with the text
    above = []
    for name, function in _functions().items():
        if FUNCTIONS and name not in FUNCTIONS:
            continue
        sys.stdout.write(f"\n{name}\n")
        for shape, make in SHAPES.items():
            if CHOSEN_SHAPES and shape not in CHOSEN_SHAPES:
                continue
            times = times_of(function, make)
            gc.collect()
            worst = max((ratio(before, after) for before, after in pairwise(times)), default=0.0)
            line = " ".join(f"{1000 * taken:9.1f}" for taken in times)
            sys.stdout.write(f"  {shape:24}{line}   ×{worst:.2f}\n")
            sys.stdout.flush()
            if worst > TARGET:
                above.append(f"{name}: {shape} ×{worst:.2f}")
    sys.stdout.write(f"\nAbove ×{TARGET}: {len(above)}\n" + "".join(f"  {line}\n" for line in above))
    return 1 if above else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("SECRET_KEY", "measuring")
    sys.exit(main())
