"""What the portal is made of that others made: packages of Python, and the scripts that come with them or lie in static/.

The CycloneDX document is written with cyclonedx-python-lib, the library of that project; its tools read a list of packages,
which knows nothing of the scripts.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from running import embedded_postgres

PINNED = ("requirements.txt", "requirements-embedded.txt")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
# Scripts by name: the file that says its version, how it says it, licence, home.
BUNDLED = {
    "ckeditor4": (
        "ckeditor/ckeditor/ckeditor.js",
        r'version:"(4[\d.]+)',
        "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
        "https://ckeditor.com",
    ),
    "jquery": ("admin/js/vendor/jquery/jquery.js", r"Library v([\d.]+)", "MIT", "https://jquery.com"),
    "select2": ("admin/js/vendor/select2/select2.full.js", r"Select2 ([\d.]+)", "MIT", "https://select2.org"),
    "xregexp": (
        "admin/js/vendor/xregexp/xregexp.js",
        r"XRegExp(?:\.version =| v?)\W*([\d.]+)",
        "MIT",
        "https://xregexp.com",
    ),
    "uplot": ("js/vendor/uplot/uplot.js", r"\(v([\d.]+)\)", "MIT", "https://github.com/leeoniya/uPlot"),
}
UNKNOWN = "unknown"


class SupplyError(Exception):
    """The list cannot be made. The message is for the operator."""


@dataclass(frozen=True)
class Part:
    """Something that others made. `licence`: an SPDX expression, or what its author wrote."""

    name: str
    version: str
    licence: str
    home: str
    # Package URL type: where it is published.
    kind: str


def parts() -> list[Part]:
    """Everything the portal runs with, by name."""
    return sorted([*_packages(), *_scripts(), *_server()], key=lambda part: (part.kind, part.name.lower()))


def sbom() -> str:
    """A CycloneDX document in JSON. Raises SupplyError without the library that writes it."""
    try:
        from cyclonedx.contrib.license.factories import LicenseFactory
        from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
        from cyclonedx.model.bom import Bom
        from cyclonedx.model.component import Component, ComponentType
        from cyclonedx.output.json import JsonV1Dot6
        from packageurl import PackageURL
    except ImportError as error:
        raise SupplyError("cyclonedx-python-lib is not installed: pip install '.[supply]'") from error
    licences = LicenseFactory()
    bom = Bom()
    root = Component(name="cong", version=settings.VERSION, type=ComponentType.APPLICATION, bom_ref="cong")
    root.licenses.add(licences.make_from_string("MIT"))
    bom.metadata.component = root
    found = []
    for part in parts():
        url = PackageURL(part.kind, name=part.name, version=part.version)
        component = Component(
            name=part.name, version=part.version, type=ComponentType.LIBRARY, purl=url, bom_ref=str(url)
        )
        if part.licence != UNKNOWN:
            component.licenses.add(licences.make_from_string(part.licence))
        if part.home:
            component.external_references.add(
                ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(part.home))
            )
        bom.components.add(component)
        found.append(component)
    bom.register_dependency(root, found)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _packages() -> Iterator[Part]:
    """Those that are pinned; of a pinned one for another system or another use, which is not installed, nothing is said."""
    names = {name for file in PINNED for name, _version in _PIN.findall(_text_of(settings.BASE_DIR / file))}
    for name in sorted(names):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        yield Part(about["Name"], about["Version"], _licence_of(about), _home_of(about), "pypi")


def _scripts() -> Iterator[Part]:
    for name, (file, pattern, licence, home) in BUNDLED.items():
        path = finders.find(file)
        said = re.search(pattern, _text_of(Path(path))) if path else None
        if said is None:
            raise SupplyError(f"{file} is not there, or no longer says its version")
        yield Part(name, said[1], licence, home, "npm")


def _server() -> Iterator[Part]:
    """The PostgreSQL that the wheel carries, where it is installed."""
    program = embedded_postgres.find_program("postgres")
    if program is not None:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        yield Part("postgresql", said.split()[-1], "PostgreSQL", "https://www.postgresql.org", "generic")


def _licence_of(about: metadata.PackageMetadata) -> str:
    """The SPDX expression (PEP 639), else the classifiers, else the first line of what the author wrote."""
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = [text for text in about.get_all("Classifier") or [] if text.startswith("License ::")]
    names = [text.rpartition(" :: ")[2] for text in classifiers if not text.endswith("OSI Approved")]
    if names:
        return " AND ".join(names)
    return str(about.get("License") or UNKNOWN).strip().splitlines()[0]


def _home_of(about: metadata.PackageMetadata) -> str:
    if home := about.get("Home-page"):
        return str(home)
    addresses = [text.partition(", ")[2] for text in about.get_all("Project-URL") or []]
    return addresses[0] if addresses else ""


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
