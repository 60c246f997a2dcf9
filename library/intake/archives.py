"""ZIP archives: each file in one is looked at as if it had come by itself."""

from __future__ import annotations

import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from library.effort import EffortError

MOST_FILES = 500
MOST_BYTES = 200 * 1024 * 1024  # of all files, unpacked; and once more of what is packed in these
LARGEST = 30 * 1024 * 1024  # bytes of one file, as where it comes by itself
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
            raise _too_much()
        inside = 0
        for info in members:
            if info.flag_bits & 0x1:
                raise ValidationError(
                    _("The archive asks for a password: nobody could look into it. Please pack it anew.")
                )
            inside += _check_member(archive, info, check, MOST_BYTES - inside)


def _check_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, check: Callable[[IO[bytes], str], bool], room: int
) -> int:
    """Bytes of what is packed in the file itself, as in a DOCX; at most `room`."""
    path = PurePosixPath(info.filename.replace("\\", "/"))
    is_outside = path.is_absolute() or PureWindowsPath(info.filename).drive or ".." in path.parts
    if is_outside or stat.S_ISLNK(info.external_attr >> 16):
        raise ValidationError(_("The archive names a place outside itself. Please pack it anew."))
    suffix = path.suffix.lower().lstrip(".")
    if info.file_size > LARGEST:
        raise _of_member(path.name, _("The document is larger than 30 MB."))
    with archive.open(info) as packed, tempfile.SpooledTemporaryFile(_IN_MEMORY) as member:
        while chunk := packed.read(_CHUNK):  # zipfile never gives more than the archive states
            member.write(chunk)
        member.seek(0)
        inside = _unpacked(member)
        if inside > room:
            raise _too_much()
        try:
            is_known = _is_plain(member, suffix) if suffix in _OTHERS else check(member, suffix)
        except EffortError:  # of all members together
            raise
        except ValidationError as refusal:
            raise _of_member(path.name, refusal.messages[0]) from refusal
    if not is_known:
        text = _("In the archive, “%(name)s” is no document, picture or plain text. Please take it out.")
        raise ValidationError(text, params={"name": path.name})
    return inside


def _unpacked(member: IO[bytes]) -> int:
    """Bytes of all that is packed in a file; 0 for one that is no archive."""
    try:
        if not zipfile.is_zipfile(member):
            return 0
        with zipfile.ZipFile(member) as archive:
            return sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        return 0
    finally:
        member.seek(0)


def _of_member(name: str, reason: Promise | str) -> ValidationError:
    return ValidationError(_("In the archive, “%(name)s”: %(reason)s"), params={"name": name, "reason": reason})


def _too_much() -> ValidationError:
    text = _("The archive holds more than %(files)d files, or more than 200 MB. Please split it.")
    return ValidationError(text, params={"files": MOST_FILES})


def _is_plain(file: IO[bytes], suffix: str) -> bool:
    begins = _OTHERS[suffix]
    if begins is not None:
        return file.read(16).startswith(begins)
    while chunk := file.read(_CHUNK):
        if b"\0" in chunk:
            return False
    return True
