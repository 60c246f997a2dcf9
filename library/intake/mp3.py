"""How long an MP3 plays: frames of MPEG audio, layer III (ISO/IEC 11172-3, 13818-3), each with its length."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

# Kilobits a second by the index in a header; then bytes of samples a frame.
_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLES_A_SECOND = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
LEAST_FRAMES = 10
MOST_FRAMES = 2_000_000  # more than twelve hours
_MOST_TAGS = 8  # before the sound
_PADDING = 64 * 1024  # bytes of zeros between a tag and the first frame
_TAIL = 256 * 1024  # bytes behind the last frame: titles and words of other programs


def seconds_of_mp3(file: IO[bytes]) -> float | None:
    """How long `file` plays; None when it is no MP3. Raises ValueError for more than MOST_FRAMES."""
    seek, read = file.seek, file.read  # an upload looks each of them up anew
    size = seek(0, 2)
    place = 0
    for _number in range(_MOST_TAGS):
        place += _tag(seek, read, place)
    seek(place)
    place += len(padding := read(_PADDING)) - len(padding.lstrip(b"\0"))
    seconds, count = 0.0, 0
    seek(place)
    while frame := _frame(read(4)):
        length, lasts = frame
        place += length
        seconds += lasts
        count += 1
        if count > MOST_FRAMES:
            raise ValueError("more frames than any recording has")
        seek(place)
    if count < LEAST_FRAMES or size - place > _TAIL:
        return None
    return seconds


def _tag(seek: Callable[[int], int], read: Callable[[int], bytes], place: int) -> int:
    """Bytes of the tag of ID3 version 2 that begins there (its length is told in four times seven bits); 0 for none."""
    seek(place)
    head = read(10)
    if len(head) < 10 or head[:3] != b"ID3" or max(head[6:]) > 0x7F:
        return 0
    footer = 10 if head[5] & 0x10 else 0
    return 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]) + footer


def _frame(header: bytes) -> tuple[int, float] | None:
    """(bytes, seconds) of the frame that begins so; None for what is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate, samples = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer != 1 or rate in (0, 15) or samples == 3:
        return None
    bits = _RATES[1 if version == 3 else 2][rate] * 1000
    a_second = _SAMPLES_A_SECOND[version][samples]
    of_frame = 1152 if version == 3 else 576
    length = of_frame // 8 * bits // a_second + (header[2] >> 1 & 1)
    return length, of_frame / a_second
