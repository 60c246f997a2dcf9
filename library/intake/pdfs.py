"""What is told of a PDF: how many pages it has, and whether they hold text or only pictures of it."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import IO, NamedTuple

logger = logging.getLogger(__name__)

_CHILD = Path(__file__).with_name("pdf_child.py")
PATIENCE = 12.0  # seconds
TAIL = 2_048  # bytes at the end of a file in which its last line stands
MOST_PAGES = 100_000


class PdfFacts(NamedTuple):
    """Of a PDF; no page and None when it could not be read."""

    page_count: int
    has_text: bool | None


UNREADABLE = PdfFacts(0, None)


def facts_of(file: IO[bytes]) -> PdfFacts:
    """Pages and text of a PDF. A file that takes its reader too long, or breaks it, is unreadable.

    pypdf reads it in a process of its own, bounded in time and memory. It has text where more than half of the pages
    that are looked at do.
    """
    file.seek(0)
    content = file.read()
    file.seek(0)
    if b"%%EOF" not in content[-TAIL:]:  # what is cut off is not worth a process
        return UNREADABLE
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=PATIENCE,
            check=True,
        )
        count, looked_at, with_text = map(int, child.stdout.split())
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        logger.info("A PDF could not be read: %r", error)
        return UNREADABLE
    if not 0 < count <= MOST_PAGES:
        return UNREADABLE
    return PdfFacts(count, 2 * with_text > looked_at)
