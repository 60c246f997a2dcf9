"""What stands in an MP4 (ISO/IEC 14496-12): boxes, each with its size and its kind."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_BOXES = 20_000  # of the file and of its descriptions
LARGEST_MOOV = 32 * 1024 * 1024  # bytes
# Codecs that the browsers of today play: H.264, VP9, AV1; AAC, MP3, Opus. An iPhone's HEVC (hvc1) most do not.
VIDEO_CODECS = {b"avc1", b"avc3", b"vp09", b"av01"}
SOUND_CODECS = {b"mp4a", b".mp3", b"Opus"}
# Tracks of other things than picture and sound: chapters, subtitles and time codes, which browsers pass over. Cameras
# put a place for every second into others, so that a video with such a one is not taken.
OTHER_TRACKS = {b"text", b"tx3g", b"wvtt", b"stpp", b"tmcd"}
_HOLDERS = {b"trak", b"mdia", b"minf", b"stbl"}
# Descriptions of the recording: cameras and programs (uuid: XMP) write there where it was made.
_DESCRIPTIONS = {b"udta", b"meta", b"uuid"}
_CHUNK = 1024 * 1024


@dataclass
class Mp4:
    """What an MP4 says of itself."""

    seconds: float = 0
    width: int = 0
    height: int = 0
    handlers: list[bytes] = field(default_factory=list)  # of each track: vide, soun, …
    codecs: list[bytes] = field(default_factory=list)
    # Of boxes with descriptions: where the kind stands in the file, where the content begins, where it ends.
    descriptions: list[tuple[int, int, int]] = field(default_factory=list)
    boxes: int = 0

    def count(self) -> None:
        """Note one more box. Raises ValueError for more than MOST_BOXES."""
        self.boxes += 1
        if self.boxes > MOST_BOXES:
            raise ValueError("more boxes than any recording has")


def read_mp4(file: IO[bytes], size: int) -> Mp4 | None:
    """What `file`, `size` bytes long, holds; None when it is no MP4. Raises ValidationError for one that browsers do not play."""
    file.seek(0)
    if file.read(8)[4:] != b"ftyp":
        return None
    found, has_content = Mp4(), False
    place = 0
    while place < size:
        file.seek(place)
        kind, head, length = _box(file.read(16), size - place)
        found.count()
        if kind == b"moov":
            if length > LARGEST_MOOV:
                raise ValueError("a description larger than any recording has")
            file.seek(place)
            _read_moov(file.read(length), head, place, found)
        has_content |= kind == b"mdat"
        if kind in _DESCRIPTIONS:
            found.descriptions.append((place + 4, place + head, place + length))
        place += length
    if not has_content or b"vide" not in found.handlers:
        return None
    if not VIDEO_CODECS.intersection(found.codecs) or set(found.codecs) - VIDEO_CODECS - SOUND_CODECS - OTHER_TRACKS:
        text = _(
            "Most phones and computers do not play this video (%(codecs)s). Please save it as MP4 with H.264 and AAC; on an "
            "iPhone: Settings, Camera, Formats, Most Compatible."
        )
        raise ValidationError(text, params={"codecs": ", ".join(code.decode("latin-1") for code in found.codecs)})
    return found


def without_place(file: IO[bytes], found: Mp4) -> None:
    """Make empty boxes that players pass over of those in which cameras write where and with what a video was made."""
    for kind, begin, end in found.descriptions:
        file.seek(kind)
        file.write(b"free")
        file.seek(begin)
        for place in range(begin, end, _CHUNK):
            file.write(bytes(min(_CHUNK, end - place)))
    file.seek(0)


def _box(head: bytes, rest: int) -> tuple[bytes, int, int]:
    """(kind, bytes of its head, bytes of all) of the box that begins with `head`. Raises ValueError."""
    if len(head) < 8:
        raise ValueError("cut off")
    length, kind = struct.unpack_from(">I4s", head)
    start = 8
    if length == 1:
        if len(head) < 16:
            raise ValueError("cut off")
        length, start = struct.unpack_from(">Q", head, 8)[0], 16
    elif length == 0:
        length = rest
    if not start <= length <= rest:
        raise ValueError("a box longer than what holds it")
    return kind, start, length


def _boxes(content: bytes, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, where its content begins, where it ends) of each box in a part of `content`."""
    while begin + 8 <= end:
        kind, head, length = _box(content[begin : begin + 16], end - begin)
        yield kind, begin + head, begin + length
        begin += length


def _read_moov(content: bytes, head: int, place: int, found: Mp4) -> None:
    parts = [(head, len(content))]
    while parts:
        for kind, begin, end in _boxes(content, *parts.pop()):
            found.count()
            if kind in _HOLDERS:
                parts.append((begin, end))
            elif kind in _DESCRIPTIONS:
                found.descriptions.append((place + content.rindex(kind, 0, begin), place + begin, place + end))
            elif kind == b"mvhd":
                found.seconds = _duration(content[begin:end])
            elif kind == b"hdlr":
                found.handlers.append(content[begin + 8 : begin + 12])
            elif kind == b"tkhd":
                largest = max((found.width, found.height), _shown_size(content[begin:end]), key=math.prod)
                found.width, found.height = largest
            elif kind == b"stsd" and end - begin >= 16:
                found.codecs.append(content[begin + 12 : begin + 16])


def _shown_size(header: bytes) -> tuple[int, int]:
    """Pixels across and down of a track as it is shown: who films upright has it turned by the matrix of its header (8.3.2)."""
    a, b, _u, c, d, _v, _x, _y, _w, width, height = struct.unpack(">9iII", header[-44:])
    size = width >> 16, height >> 16
    return size[::-1] if b and c and not a and not d else size


def _duration(header: bytes) -> float:
    """Seconds, by the header of the movie in either of its versions (8.2.2); 0 where it says that nobody knows."""
    is_long = header[0] == 1
    scale, duration = struct.unpack_from(">IQ", header, 20) if is_long else struct.unpack_from(">II", header, 12)
    is_known = duration != (2**64 if is_long else 2**32) - 1
    return duration / scale if scale and is_known else 0
