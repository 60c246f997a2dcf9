"""The bill of materials names what the portal runs with, and nothing of the editor is served that it does not use."""

from __future__ import annotations

import json
import re
from importlib import metadata
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.utils import matches_patterns
from django.core.management import call_command

from operation import supply
from richtext.editor import EDITOR_CONFIG

BASE_DIR = Path(__file__).resolve().parents[2]


def test_every_pinned_package_and_every_bundled_script_is_in_it():
    out = StringIO()
    call_command("sbom", stdout=out)
    document = json.loads(out.getvalue())

    found = {part["purl"]: part for part in document["components"]}
    pins = re.findall(r"^([\w.-]+)==([^\s;]+) ", (BASE_DIR / "requirements.txt").read_text(), re.MULTILINE)
    installed = {f"pkg:pypi/{name.lower().replace('_', '-')}@{version}" for name, version in pins if _is_there(name)}
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert installed <= found.keys()
    assert {f"pkg:npm/{name}" for name in supply.BUNDLED} == {
        purl.partition("@")[0] for purl in found if purl.startswith("pkg:npm/")
    }
    assert document["metadata"]["component"]["name"] == "cong"


def test_licences_are_listed():
    out = StringIO()

    call_command("sbom", licences=True, stdout=out)

    lines = out.getvalue().splitlines()
    assert "Django" in out.getvalue()
    assert [line for line in lines if line.endswith(": unknown")] < lines


def test_no_script_that_lies_in_static_is_forgotten():
    vendored = {path.name for path in (BASE_DIR / "static" / "js" / "vendor").iterdir()}

    assert vendored == {file.split("/")[2] for file, *_rest in supply.BUNDLED.values() if file.startswith("js/vendor/")}


def test_plugins_that_the_editor_leaves_out_are_not_served():
    ignored = apps.get_app_config("staticfiles").ignore_patterns
    served = [path for finder in finders.get_finders() for path, _storage in finder.list(ignored)]

    plugins = {path.split("/")[3] for path in served if path.startswith("ckeditor/ckeditor/plugins/")}
    left_out = set(EDITOR_CONFIG["removePlugins"].split(","))
    assert plugins & left_out == set()
    assert {"image2", "uploadwidget", "pastefromword", "specialchar"} <= plugins
    assert not any(matches_patterns(path, ["*/samples/*"]) for path in served)


def _is_there(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True
