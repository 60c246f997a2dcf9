"""Every function over text with every hostile shape, for texts of growing length.

`python -m benchmarks.studies.text` prints for each pair the milliseconds at 125, 500 and 2,000 KB, and how often longer twice the input took, at most:
of two sizes the ratio of the times, brought to one doubling. Pairs above the target stand at the end again, and
make the exit code 1. SIZES (KB, a comma between them), FUNCTIONS and SHAPES choose, JOBS says how many processes
measure at once (one for each processor). A whole run takes some twelve minutes of two idle cores.

The time is that of the processor, for a machine that is shared. A text that takes less than RESOLVED is measured
again until that much is spent, and what was above the target up to REPEATS times; the best counts. What stays
above it, or takes more than LONG, is not asked for longer texts: the verdict is clear.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from math import log2
from multiprocessing import get_context

TARGET = 2.5  # times as long for twice the input
SHORT = 0.004  # seconds; a text of 2 MB that takes less blocks nobody, and its ratios are noise
RESOLVED = 0.01  # seconds
LONG = 8.0  # seconds
REPEATS = 4
SIZES = [1000 * int(size) for size in os.environ.get("SIZES", "125,500,2000").split(",")]
FUNCTIONS = [name for name in os.environ.get("FUNCTIONS", "").split(",") if name]
CHOSEN_SHAPES = [name for name in os.environ.get("SHAPES", "").split(",") if name]
JOBS = int(os.environ.get("JOBS", "0")) or os.cpu_count() or 1

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
    "lines as paragraphs": _repeat(f"<p>và {_WORD * 3}đường làng</p>"),
    "nested list": _nested("<ul><li>", "</li></ul>"),
    "figures": _repeat('<figure class="image"><img src="/media/a.png" alt="x"><figcaption>y</figcaption></figure>'),
    "different pictures": _numbered('<p><img src="/media/#.png" alt="x"></p>'),
    "different paragraphs": _numbered("<p>Đường số #. Làng số #.</p>"),
    "different links": _numbered('<p><a href="/tin-tuc/bai-#.html">tại đây</a></p>'),
    "headings": _repeat("<h1>Đường làng</h1>"),
    "crossed": _repeat("<em><strong>x</em>y</strong>"),
    "styled": _repeat('<span style="font-weight:bold;text-decoration:underline">x</span>'),
    "blank em": _repeat("<em> </em>"),
    "sentences": _repeat("Câu. "),
    "typographic quotes": _repeat("“a"),
}


def _functions() -> tuple[dict[str, Callable[[str], object]], dict[str, Callable[[str], object]]]:
    """Those that take any text, and those that take what `cleaned` made of it."""
    import richtext
    import vietnamese
    from library import renditions
    from news.drafts import autosaves, comparison, merging
    from news.links import addresses, outgoing
    from news.newsroom import checklist
    from news.public.search_excerpts import Marker
    from search.reading import Group, Reading
    from search.words import canonical, syllables
    from vietnamese.plaintext import one_line, paragraphs

    asked = Reading("", tuple(Group((word,)) for word in syllables("duong lang mo rong")))
    # Questions to the database, asked a bounded number of times.
    addresses.has_page = lambda path, _commune: True
    addresses.table.find = lambda host: None

    def compare(clean: str) -> object:
        blocks = richtext.text_blocks(clean)
        return comparison.compare_blocks(blocks, [*blocks[: len(blocks) // 2], "mới", *blocks[len(blocks) // 2 + 1 :]])

    def merge(clean: str) -> object:
        return merging.merge(None, {"body": clean}, {"body": _more(clean)})

    def merge_of_three(clean: str) -> object:
        return merging.merge({"body": clean}, {"body": _more(clean)}, {"body": _less(clean)})

    def _more(clean: str) -> str:
        return richtext.CleanHtml(clean + "<p>mới</p>")

    def _less(clean: str) -> str:
        return richtext.CleanHtml("".join(merging.blocks(clean)[1:]))

    anything: dict[str, Callable[[str], object]] = {
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
        "xml_text": vietnamese.xml_text,
        "fold": vietnamese.fold,
        "slugify": vietnamese.slugify,
        "truncate": vietnamese.truncate,
        "sort_key": vietnamese.sort_key,
        "name_sort_key": vietnamese.name_sort_key,
        "one_line": one_line,
        "paragraphs": paragraphs,
        "search.canonical": canonical,
        "search.marked": Marker(asked)._marked,
        "comparison, all new": lambda text: comparison.compare_blocks(richtext.text_blocks(text), [_WORD * 20]),
        "comparison, words": lambda text: comparison.compare_words(text, text[::-1]),
        "checklist.words": lambda text: checklist._check_words(text),
        "parts_of": richtext.parts_of,
        "autosaves": lambda text: autosaves._kept({"body": text, "title": text}),
    }
    clean: dict[str, Callable[[str], object]] = {
        "still_clean, clean": lambda clean: richtext.still_clean(clean + ""),
        "merging.blocks": merging.blocks,
        "merging": merge,
        "merging, base": merge_of_three,
        "renditions.in_text": lambda clean: renditions.in_text(clean, is_below=True),
        "addresses_in": addresses.links_of,
        "embedded_pictures": outgoing.embedded_pictures,
        "comparison": compare,
        "comparison, texts": lambda clean: comparison.compare({"body": clean}, {"body": _more(clean)}, 1),
        "checklist": lambda clean: checklist.check({"title": clean, "summary": clean, "body": clean}, 1),
    }
    return anything, clean


def measure(function: Callable[[str], object], text: str) -> float:
    """Seconds of the processor that `function` takes for `text`; the best of as many as RESOLVED holds."""
    best, spent = float("inf"), 0.0
    while spent < RESOLVED:
        started = time.thread_time()
        function(text)
        taken = time.thread_time() - started
        best, spent = min(best, taken), spent + max(taken, 1e-4)
    return best


def ratio(before: float, after: float, doublings: float) -> float:
    """How often longer twice the text took; 0 where it took too short a time to tell."""
    return max(after / max(before, 1e-6), 0.0) ** (1 / doublings) if after > SHORT else 0.0


def times_of(function: Callable[[str], object], texts: list[str]) -> tuple[list[float], float]:
    """Seconds by size, up to the first with a clear verdict; and the worst ratio of a doubling."""
    times: list[float] = []
    worst = 0.0
    for place, text in enumerate(texts):
        times.append(measure(function, text))
        if place:
            doublings = log2(SIZES[place] / SIZES[place - 1])
            for _ in range(REPEATS):
                if ratio(*times[-2:], doublings) <= TARGET or times[-1] > LONG:
                    break
                times[-1] = min(times[-1], measure(function, text))
            worst = max(worst, ratio(*times[-2:], doublings))
        if worst > TARGET or times[-1] > LONG:
            break
    return times, worst


def measure_shape(shape: str) -> list[tuple[str, list[float], float]]:
    """(function, seconds by size, worst ratio) for each function."""
    from richtext import cleaned

    texts = [SHAPES[shape](size) for size in SIZES]
    clean_texts: list[str] = [cleaned(text) for text in texts]
    found = []
    for functions, given in zip(_functions(), (texts, clean_texts), strict=True):
        for name, function in functions.items():
            if not FUNCTIONS or name in FUNCTIONS:
                found.append((name, *times_of(function, given)))
    gc.collect()
    return found


def _begin() -> None:
    import django

    django.setup()
    gc.freeze()
    gc.disable()  # what the collector looks at grows with all that lives, not with the text


def main() -> int:
    shapes = CHOSEN_SHAPES or list(SHAPES)
    above = []
    with ProcessPoolExecutor(JOBS, get_context("spawn"), _begin) as pool:
        for shape, found in zip(shapes, pool.map(measure_shape, shapes), strict=True):
            sys.stdout.write(f"\n{shape}\n")
            for name, times, worst in found:
                line = " ".join(f"{1000 * taken:9.1f}" for taken in times)
                sys.stdout.write(f"  {name:24}{line}   ×{worst:.2f}\n")
                if worst > TARGET or times[-1] > LONG:
                    above.append(f"{name}: {shape} ×{worst:.2f}, {times[-1]:.1f} s")
            sys.stdout.flush()
    sys.stdout.write(f"\nAbove ×{TARGET} or {LONG:.0f} s: {len(above)}\n" + "".join(f"  {line}\n" for line in above))
    return 1 if above else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("SECRET_KEY", "measuring")
    sys.exit(main())
