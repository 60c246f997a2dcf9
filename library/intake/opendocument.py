"""OpenDocument texts (ISO/IEC 26300): an archive of XML parts."""

from __future__ import annotations

import zipfile
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from library.effort import Effort
from library.intake.office_files import MAX_XML, Package, elements, fetches_from_a_share, too_large

_TEXT = b"application/vnd.oasis.opendocument.text"
# Parts of macros: those of LibreOffice Basic, and scripts of other languages.
_MACROS = ("basic/", "scripts/")
# What asks another program, or another file, for its content.
_FETCHING = {
    "dde-source",
    "dde-connection",
    "dde-connection-decl",
    "section-source",
    "applet",
    "plugin",
    "floating-frame",
}


def is_harmless_text(file: IO[bytes], effort: Effort) -> bool:
    """Whether `file` is an ODT. Raises ValidationError when it holds what runs or fetches."""
    with zipfile.ZipFile(file) as archive:
        package = Package(archive, effort)
        names = package.parts
        kind = names.get("mimetype")
        if kind is None or kind.file_size > 100 or archive.read(kind).strip() != _TEXT:
            return False
        if any(name.startswith(_MACROS) for name in names):
            raise ValidationError(_("The document contains macros. Please save it without them, or save it as PDF."))
        parts = [info for name, info in names.items() if name.endswith((".xml", ".rdf"))]
        if sum(info.file_size for info in parts) > MAX_XML:
            raise too_large()
        for info in parts:
            for tag, attributes in elements(package, info):
                if tag == "event-listener":
                    raise ValidationError(
                        _("The document contains macros. Please save it without them, or save it as PDF.")
                    )
                # A link waits until somebody presses it.
                if tag in _FETCHING or (tag != "a" and fetches_from_a_share(attributes.get("href", ""))):
                    raise ValidationError(
                        _(
                            "The document fetches content from other programs or places when it is opened. "
                            "Please remove these links (DDE, a template or an object of another place), or save it as PDF."
                        )
                    )
        return "content.xml" in names
