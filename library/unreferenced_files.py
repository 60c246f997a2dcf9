"""Media files that nothing refers to: left by interrupted uploads and by rows that were deleted."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage

from library import renditions
from library.models import Document, Picture, Recording
from library.uses import texts

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=1)  # an upload of the last hours may still get its row
FOLDERS = (Picture.FOLDER, Document.FOLDER, Recording.FOLDER)
# A database that was emptied or restored apart from its files refers to none of them.
SUSPICIOUS_COUNT = 100
# With or without the folder of a commune: the folder of all media may stand there as well.
_NAME_IN_TEXT = re.compile(rf"(?:\b([a-z0-9-]+)/)?\b((?:{'|'.join(FOLDERS)})/[\w./-]+)")
_COPY = re.compile(r"-[0-9]+\.(?:avif|webp)$")


class SuspiciousSweepError(Exception):
    """More than half of all files would go: rather the database than the files is wrong."""


def remove_unreferenced_files(at: datetime) -> int:
    """Remove what `unreferenced_files` finds at the moment `at`; how many files went.

    Raises SuspiciousSweepError, and removes nothing, when it is more than half of all files.
    """
    files = list(_files(default_storage, at))
    unreferenced = _unreferenced(name for name, is_old in files if is_old)
    if len(unreferenced) > max(SUSPICIOUS_COUNT, len(files) // 2):
        raise SuspiciousSweepError(f"{len(unreferenced)} of {len(files)} media files are referred to by nothing")
    for name in unreferenced:
        default_storage.delete(name)
    if unreferenced:
        logger.info("%d media files that nothing referred to were removed", len(unreferenced))
    return len(unreferenced)


def unreferenced_files(at: datetime) -> list[str]:
    """Names of the pictures, copies and documents, older than a day at `at`, that no row and no text names."""
    return _unreferenced(name for name, is_old in _files(default_storage, at) if is_old)


def _unreferenced(names: Iterator[str]) -> list[str]:
    # Asked after the files were listed: a row that came meanwhile is seen.
    candidates = sorted(set(names) - _named_by_rows())
    if not candidates:
        return []
    in_texts = {name.rsplit(".", 1)[0] for name in _named_by_texts()}
    return [name for name in candidates if not {name.rsplit(".", 1)[0], _COPY.sub("", name)} & in_texts]


def _files(storage: Any, at: datetime) -> Iterator[tuple[str, bool]]:
    """(name, whether it is older than KEPT_FOR) of every file in the folders of the libraries.

    Those are in the folder of each commune, whatever it is called today, and beside them what was stored before.
    """
    try:
        above, _files_above = storage.listdir("")
    except FileNotFoundError:  # nothing was ever uploaded
        return
    for folder in [*FOLDERS, *(f"{name}/{folder}" for name in above if name not in FOLDERS for folder in FOLDERS)]:
        for name, changed_at in storage.walk(folder):
            yield name, changed_at < at - KEPT_FOR


def _named_by_rows() -> set[str]:
    names = set(Document.with_trashed.everywhere().values_list("file", flat=True))
    names |= set(Recording.with_trashed.everywhere().values_list("file", flat=True))
    for name, width, height in Picture.with_trashed.everywhere().values_list("file", "width", "height"):
        names |= {name, *renditions.names_of(name, width, height)}
    return names


def _named_by_texts() -> Iterator[str]:
    """Files that a text names though they have no row: earlier texts may be restored."""
    for text in texts():
        for above, name in _NAME_IN_TEXT.findall(text):
            yield name
            yield f"{above}/{name}"
