"""Smaller copies of a picture, in the formats browsers load fastest.

Made once, when the picture enters the library: the names follow from the picture's own, so that a
page asks neither the database nor a cache which copies exist. With Pillow alone: easy-thumbnails and
django-imagekit look up or make copies while a page is served; django-pictures (1.8) does not, but
knows no picture inside a text and no quality or speed for AVIF, and replaces thirty lines of this.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.safestring import SafeString, mark_safe
from PIL import Image

from richtext import ALBUM_CLASS, cleaned

WIDTHS = (480, 960, 1600)  # pixels: a card on a phone, an article on a phone, a wide screen
FORMATS = {"avif": ("AVIF", {"quality": 55, "speed": 8}), "webp": ("WEBP", {"quality": 78, "method": 4})}
TALLEST = 16_383  # pixels: the longest side that WebP can hold
TEXT_WIDTH = 800  # pixels: the widest a picture in the text is shown
ALBUM_WIDTH = 400  # pixels: the widest one of an album is shown
# A whole tag of sanitised text, so that what an attribute holds is never taken for another tag.
_IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")+)>')
_SOURCE = re.compile(r' src="(?P<whole>(?P<base>[^"]+)\.(?:jpg|png|webp))"')
# A whole tag, too, and the link that it stands in.
_ALBUM_IMAGE = re.compile(r'(<a(?: [a-z-]+="[^"]*")*>)?(<img((?: [a-z-]+="[^"]*")+)>)')
_FIGURE = re.compile(r'<(/?)figure((?: [a-z-]+="[^"]*")*)>')
_IS_ALBUM = re.compile(rf' class="(?:[a-z-]+ )*{ALBUM_CLASS}[ "]')
# "_Ab1xY9z" was added to the name when a killed upload had left a file of the same name.
_SIZE = re.compile(r"-(?P<width>[0-9]{1,5})x(?P<height>[0-9]{1,5})(?:_[A-Za-z0-9]{7})?$")
_FIRST_IMAGE = re.compile(r"<img(\b[^>]*)>")
_HAS_WORDS = re.compile(r' alt="[^"]')
_SHOWN_WIDTH = re.compile(r' width="([0-9]+)"')


def widths_of(width: int, height: int) -> list[int]:
    """The widths of the copies of a picture of this size: it is never enlarged, and no copy higher than TALLEST."""
    return [smaller for smaller in WIDTHS if smaller < width and _height_of(width, height, smaller) <= TALLEST]


def _height_of(width: int, height: int, copy_width: int) -> int:
    return max(1, round(height * copy_width / width))


def name_of(name: str, width: int, kind: str) -> str:
    return f"{name.rsplit('.', 1)[0]}-{width}.{kind}"


def make_renditions(storage: Storage, name: str, content: bytes) -> int:
    """Store the copies of the picture `name`, whose file is `content`; how many bytes they have together."""
    size = 0
    with Image.open(io.BytesIO(content)) as image:
        image.load()
    if image.mode not in {"RGB", "RGBA"}:
        image = image.convert("RGBA" if "A" in image.mode else "RGB")
    for width in widths_of(*image.size):
        copy = image.resize((width, _height_of(*image.size, width)), Image.Resampling.LANCZOS)
        for kind, (format_name, options) in FORMATS.items():
            out = io.BytesIO()
            copy.save(out, format_name, **options)
            storage.save(name_of(name, width, kind), ContentFile(out.getvalue()))
            size += out.tell()
    return size


def names_of(name: str, width: int, height: int) -> list[str]:
    """The names of all copies of the picture `name`, which is `width` × `height` pixels large."""
    return [name_of(name, smaller, kind) for smaller in widths_of(width, height) for kind in FORMATS]


def delete_renditions(storage: Storage, name: str, width: int, height: int) -> None:
    for copy in names_of(name, width, height):
        storage.delete(copy)


def in_text(html: str, *, is_below: bool = False) -> SafeString:
    """The text of an article, every picture of the library offered in its copies; safe HTML.

    The sanitiser lets all but the first load lazily; `is_below` a cover, the first waits, too.
    The size that the file's name ends with tells which copies exist: the page asks nobody. The
    stored text keeps its plain <img>, for the editor, the feeds and the saved page.
    """
    html = cleaned(html)
    if "<img" not in html:
        return html
    html = "".join(
        _ALBUM_IMAGE.sub(_of_album, part) if is_album else _IMAGE.sub(_with_copies, part)
        for is_album, part in _at_albums(html)
    )
    if is_below:
        html = _FIRST_IMAGE.sub(_waiting, html, count=1)
    return mark_safe(html)


def _at_albums(html: str) -> Iterator[tuple[bool, str]]:
    """`html` cut before and after each album: (whether the part is one, the part)."""
    begin = depth = 0
    for tag in _FIGURE.finditer(html) if ALBUM_CLASS in html else ():
        if not depth and not _IS_ALBUM.search(tag[2]):
            continue
        if not depth:
            yield False, html[begin : tag.start()]
            begin = tag.start()
        depth += -1 if tag[1] else 1
        if not depth:
            yield True, html[begin : tag.end()]
            begin = tag.end()
    yield False, html[begin:]


def _of_album(match: re.Match[str]) -> str:
    """A picture of an album in its copies, cropped there: it leads to the whole one, unless it leads elsewhere."""
    image = _IMAGE.match(match[2])
    source = _SOURCE.search(match[3])
    if image is None or source is None:
        return match[0]
    shown = _with_copies(image, ALBUM_WIDTH)
    if match[1] or not _HAS_WORDS.search(match[3]):  # a link needs words
        return f"{match[1] or ''}{shown}"
    return f'<a href="{source["whole"]}">{shown}</a>'


def _waiting(match: re.Match[str]) -> str:
    return match[0] if "loading=" in match[1] else f'<img loading="lazy"{match[1]}>'


def _with_copies(match: re.Match[str], widest: int = TEXT_WIDTH) -> str:
    source = _SOURCE.search(match[1])
    size = _SIZE.search(source["base"]) if source else None
    if source is None or size is None:
        return match[0]
    width, height = int(size["width"]), int(size["height"])
    widths = widths_of(width, height)
    shown = _SHOWN_WIDTH.search(match[1])
    image = match[0][:-1] + ' decoding="async"'
    if shown is None:
        image += f' width="{width}" height="{height}"'
    if not widths:
        return image + ">"
    place = min(int(shown[1]) if shown else width, widest)
    sizes = f"(max-width: {place}px) 100vw, {place}px"
    sources = "".join(
        f'<source type="image/{kind}" srcset="{_srcset(source["base"], widths, kind)}" sizes="{sizes}">'
        for kind in FORMATS
    )
    return f"<picture>{sources}{image}></picture>"


def _srcset(base: str, widths: list[int], kind: str) -> str:
    return ", ".join(f"{base}-{width}.{kind} {width}w" for width in widths)
