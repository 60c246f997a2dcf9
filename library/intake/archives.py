"""ZIP archives: each file in one is looked at as if it had come by itself."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_FILES = 500
MOST_BYTES = 200 * 1024 * 1024  # of all files, unpacked
_IN_MEMORY = 1024 * 1024  # bytes of one file; what is larger goes to a temporary one
_CHUNK = 64 * 1024
# By the first bytes; None: text, in which no zero byte stands.
_OTHERS: dict[str, tuple[bytes, ...] | None] = {
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",),
    "txt": None,
    "csv": None,
}


def check_members(file: IO[bytes], check: Callable[[IO[bytes], str], bool]) -> None:
    """Raise ValidationError, naming the file, unless all files of an archive are documents, pictures or plain text.

    `check` looks at a document (its file, its suffix): False for a kind that it does not know.
    """
    with zipfile.ZipFile(file) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        if len(members) > MOST_FILES or sum(info.file_size for info in members) > MOST_BYTES:
            text = _("The archive holds more than %(files)d files, or more than 200 MB. Please split it.")
            raise ValidationError(text, params={"files": MOST_FILES})
        for info in members:
            if info.flag_bits & 0x1:
                raise ValidationError(
                    _("The archive asks for a password: nobody could look into it. Please pack it anew.")
                )
            _check_member(archive, info, check)


def _check_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, check: Callable[[IO[bytes], str], bool]) -> None:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise ValidationError(_("The archive names a place outside itself. Please pack it anew."))
    suffix = path.suffix.lower().lstrip(".")
    with archive.open(info) as packed, tempfile.SpooledTemporaryFile(_IN_MEMORY) as member:
        while chunk := packed.read(_CHUNK):  # zipfile never gives more than the archive states
            member.write(chunk)
        member.seek(0)
        try:
            is_known = _is_plain(member, suffix) if suffix in _OTHERS else check(member, suffix)
        except ValidationError as refusal:
            text = _("In the archive, “%(name)s”: %(reason)s")
            raise ValidationError(text, params={"name": path.name, "reason": refusal.messages[0]}) from refusal
    if not is_known:
        text = _("In the archive, “%(name)s” is no document, picture or plain text. Please take it out.")
        raise ValidationError(text, params={"name": path.name})


def _is_plain(file: IO[bytes], suffix: str) -> bool:
    begins = _OTHERS[suffix]
    if begins is not None:
        return file.read(16).startswith(begins)
    while chunk := file.read(_CHUNK):
        if b"\0" in chunk:
            return False
    return True
