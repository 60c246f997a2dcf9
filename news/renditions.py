"""Smaller copies of a picture, in the formats browsers load fastest.

Made once, when the picture enters the library, with Pillow alone: the names follow from the
picture's own, so that a page asks neither the database nor a cache which copies exist.
"""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from PIL import Image

WIDTHS = (480, 960, 1600)  # pixels: a card on a phone, an article on a phone, a wide screen
FORMATS = {"avif": ("AVIF", {"quality": 55, "speed": 8}), "webp": ("WEBP", {"quality": 78, "method": 4})}


def widths_of(width: int) -> list[int]:
    """The widths of the copies of a picture that is `width` pixels wide; it is never enlarged."""
    return [smaller for smaller in WIDTHS if smaller < width]


def name_of(name: str, width: int, kind: str) -> str:
    return f"{name.rsplit('.', 1)[0]}-{width}.{kind}"


def make_renditions(storage: Storage, name: str, content: bytes) -> None:
    """Store the copies of the picture `name`, whose file is `content`."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
    if image.mode not in {"RGB", "RGBA"}:
        image = image.convert("RGBA" if "A" in image.mode else "RGB")
    for width in widths_of(image.width):
        copy = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
        for kind, (format_name, options) in FORMATS.items():
            out = io.BytesIO()
            copy.save(out, format_name, **options)
            _put(storage, name_of(name, width, kind), out.getvalue())


def delete_renditions(storage: Storage, name: str, width: int) -> None:
    for smaller in widths_of(width):
        for kind in FORMATS:
            storage.delete(name_of(name, smaller, kind))


def _put(storage: Storage, name: str, content: bytes) -> None:
    storage.delete(name)  # the same picture, uploaded twice at once: the copies are the same, too
    storage.save(name, ContentFile(content))
