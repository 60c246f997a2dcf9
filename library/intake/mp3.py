"""How long an MP3 plays: frames of MPEG audio, layer III (ISO/IEC 11172-3, 13818-3), each with its length."""

from __future__ import annotations

from typing import IO

# Kilobits a second by the index in a header; then bytes of samples a frame.
_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLES_A_SECOND = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
LEAST_FRAMES = 10
_TAIL = 256 * 1024  # bytes behind the last frame: titles and words of other programs


def seconds_of_mp3(file: IO[bytes]) -> float | None:
    """How long `file` plays; None when it is no MP3."""
    file.seek(0)
    content = file.read()
    place = 0
    while content[place : place + 3] == b"ID3":  # a tag of version 2 tells its length in four times seven bits
        size = content[place + 6 : place + 10]
        if len(size) < 4 or max(size) > 0x7F:
            return None
        place += 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    while content[place : place + 1] == b"\0":
        place += 1
    seconds, count = 0.0, 0
    while frame := _frame(content[place : place + 4]):
        length, lasts = frame
        place += length
        seconds += lasts
        count += 1
    if count < LEAST_FRAMES or len(content) - place > _TAIL:
        return None
    return seconds


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
