"""What kind of document a file is, by its content, and whether it does more than show that.

The name tells only what it claims to be: a kind is recognised by its content, read as the programs read it.
"""

from __future__ import annotations

import logging
import zipfile
from functools import partial
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from library.effort import Effort
from library.intake import archives, compound, opendocument, rtf
from library.intake.office_files import MAIN_PARTS, check_office_file

logger = logging.getLogger(__name__)

PDF_HEAD = 1024  # bytes in which the header of a PDF begins
ALWAYS = ("pdf", "docx", "xlsx")
# Where the administrator of a commune allows them.
ON_WISH = ("doc", "xls", "ppt", "pptx", "odt", "rtf", "zip")


def check_content(file: IO[bytes], suffix: str, *, on_wish: bool, effort: Effort | None = None) -> None:
    """Raise ValidationError unless `file` is what its `suffix` (in small letters, without a dot) says, and only shows its content.

    `on_wish`: the kinds of ON_WISH are taken, too. A PDF may carry other bytes before its header (ISO 32000-1, annex H,
    note 13 on implementations). `effort`: of the archive that the file lies in.
    """
    file.seek(0)
    if suffix not in (*ALWAYS, *(ON_WISH if on_wish else ())):
        raise unknown(on_wish=on_wish)
    try:
        is_known = _is(file, suffix, effort or Effort())
    except ValidationError:
        raise
    except Exception as error:
        # Readers meet files made to break them, and raise whatever they happen to raise.
        logger.info("A document (%s) could not be read: %r", suffix, error)
        raise ValidationError(_("The document is damaged. Please save it again, or save it as PDF.")) from error
    finally:
        file.seek(0)
    if not is_known:
        if suffix in ALWAYS and not on_wish:
            raise unknown(on_wish=False)
        text = _("The file ends in .%(kind)s, but is no such document. Please save it again, or save it as PDF.")
        raise ValidationError(text, params={"kind": suffix})


def unknown(*, on_wish: bool) -> ValidationError:
    """What is said of a file of another kind."""
    if on_wish:
        return ValidationError(_("Only PDF, Word, Excel, PowerPoint, ODT, RTF and ZIP files can be attached."))
    return ValidationError(_("Only PDF, DOCX and XLSX documents can be attached."))


def _is(file: IO[bytes], suffix: str, effort: Effort) -> bool:
    """Whether the file is of the kind. Raises ValidationError for one that does more than show its content."""
    if suffix == "pdf":
        return b"%PDF-" in file.read(PDF_HEAD)
    if suffix == "rtf":
        return rtf.is_harmless_rtf(file, effort)
    if suffix in compound.MAIN_STREAMS:
        return compound.is_harmless_document(file, suffix, effort)
    if not zipfile.is_zipfile(file):
        return False
    if suffix in MAIN_PARTS:
        check_office_file(file, suffix, effort)
        return True
    if suffix == "odt":
        return opendocument.is_harmless_text(file, effort)
    archives.check_members(file, partial(_check_member, effort))
    return True


def _check_member(effort: Effort, file: IO[bytes], suffix: str) -> bool:
    """Whether a file may lie in an archive; an archive may not."""
    if suffix == "zip" or suffix not in (*ALWAYS, *ON_WISH):
        return False
    check_content(file, suffix, on_wish=True, effort=effort)
    return True
