"""Run as a program of its own: how many pages the PDF on its standard input has, and how many of some hold text.

What a file made to break its reader costs, it costs this process, which has little to spend. Not imported by the portal.
"""

from __future__ import annotations

import io
import logging
import resource
import sys

MEMORY = 768 * 1024 * 1024  # bytes of addresses
SECONDS = 8  # of a processor
PAGES_LOOKED_AT = 12
LETTERS = 15  # of a page with text: a number of a page or a stamp on a scan is none


def main() -> None:
    """Print “pages looked-at with-text”."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    logging.disable()
    from pypdf import PdfReader  # after the limits

    reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
    count = len(reader.pages)
    step = max(1, count / PAGES_LOOKED_AT)
    numbers = sorted({int(place * step) for place in range(min(count, PAGES_LOOKED_AT))})
    with_text = 0
    for number in numbers:
        text = reader.pages[number].extract_text()
        with_text += sum(letter.isalpha() for letter in text) >= LETTERS
    sys.stdout.write(f"{count} {len(numbers)} {with_text}")


if __name__ == "__main__":
    main()
