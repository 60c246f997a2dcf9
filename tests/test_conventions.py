"""The house rules that a machine can hold."""

import ast
import re
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.urls import get_resolver, reverse

from section import _first_segment, _routes, public_parameters
from visitors.counting import beacon

BASE_DIR = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))
PYTHON_FILES = [
    path
    for package in sorted(BASE_DIR.glob("*/__init__.py"))
    if package.parent.name not in {"benchmarks", "tests"}
    for path in sorted(package.parent.rglob("*.py"))
    if "migrations" not in path.parts
]
CATALOGUES = sorted((BASE_DIR / "locale").rglob("*.po"))
# The admin's pages with the editor are rendered by Django's own templates and need no exception here.
INLINE = re.compile(
    r"<style\b|\sstyle=|<script(?![^>]*\b(?:src|type=\"application/(?:ld\+)?json\"))|\son[a-z]+=\"", re.IGNORECASE
)


def name_of(path: Path) -> str:
    return str(path.relative_to(BASE_DIR))


@pytest.mark.django_db
def test_no_migration_is_missing():
    output = StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=output)

    assert "No changes" in output.getvalue()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_no_inline_script_or_style(path):
    found = INLINE.findall(path.read_text(encoding="utf-8"))

    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_moment_is_a_time_element(path):
    """A line does not break within one (base.css, admin.css); the labels of a drawing are not lines."""
    text = re.sub(r"<time\b.*?</time>|<svg\b.*?</svg>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert "|datetime_12h" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_dot_between_two_things_begins_no_line(path):
    """It stays with what stands before it: word&nbsp;· word."""
    # The second: on a line of its own in the template, where only tags stand before it.
    assert not re.search(r"[\s}]· |^\s*(?:{%[^%]*%})+&nbsp;·", path.read_text(encoding="utf-8"), re.MULTILINE)


# Of pages that stand under a list of the admin; what picks a file opens in a window of its own.
UNDER_A_LIST = [
    path
    for path in sorted((BASE_DIR / "templates" / "admin").glob("*/*/*.html"))
    if '{% extends "admin/base_site.html" %}' in path.read_text(encoding="utf-8") and not path.name.startswith("pick")
]


@pytest.mark.parametrize("path", UNDER_A_LIST, ids=name_of)
def test_a_page_under_a_list_says_where_it_stands(path):
    assert re.search(r"{% block (nav-)?breadcrumbs %}", path.read_text(encoding="utf-8"))


def test_base_template_has_at_most_six_blocks():
    text = (BASE_DIR / "templates" / "base.html").read_text(encoding="utf-8")

    assert len(re.findall(r"{% block ", text)) <= 6


def inclusion_tags() -> list[tuple[str, str, str]]:
    """(file, function name, template name) of every inclusion tag."""
    tags = []
    for path in BASE_DIR.glob("*/templatetags/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", "") == "inclusion_tag":
                    tags.append((name_of(path), node.name, decorator.args[0].value))
    return tags


def test_inclusion_tag_and_its_template_have_one_name():
    tags = inclusion_tags()

    assert tags
    for file, function, template in tags:
        assert template == f"{file.split('/')[0]}/_{function}.html"


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_catalogue_is_complete(path):
    catalogue = polib.pofile(str(path))

    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_compiled_catalogue_matches_its_source(path):
    source = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in polib.pofile(str(path))}

    compiled = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in polib.mofile(str(path.with_suffix(".mo")))}

    assert compiled == source


PARAMETER = re.compile(r"""request\.GET(?:\.get\(|\.getlist\(|\[)["']([^"']+)|["']([^"']+)["'] in request\.GET""")


def test_public_views_read_only_known_parameters():
    """The page cache drops any other, so such a view would work in tests and fail when served."""
    read: dict[str, str] = {}
    for path in PYTHON_FILES:
        text = path.read_text(encoding="utf-8")
        if "@public_page" in text or "public" in path.parts:
            read |= {first or second: name_of(path) for first, second in PARAMETER.findall(text)}

    assert read.keys() >= {"q", "trang", "chuyen-muc"}  # the search, pages of lists
    assert {name: file for name, file in read.items() if name not in public_parameters()} == {}


def first_segments() -> str:
    """The first segments of the portal's addresses, as alternatives of a regular expression."""
    return "|".join(
        sorted({re.escape(segment) for route in _routes(get_resolver()) if (segment := _first_segment(route))})
    )


def texts_of(path: Path) -> list[str]:
    """The strings of a module, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def test_addresses_are_spelled_in_the_urls_alone():
    """Whoever needs one reverses its name. The exceptions are on fast paths, and held to the URLs elsewhere."""
    address = re.compile(rf"\^?(?:/(?:{first_segments()})(?![\w-])|(?:{first_segments()})/)")
    in_markup = re.compile(rf"""["'`= ]/(?:{first_segments()})(?![\w-])""")
    urls = {
        "news/urls.py",
        "offices/urls.py",
        "schedules/urls.py",
        "library/urls.py",
        "polls/urls.py",
        "visitors/urls.py",
        "alerts/urls.py",
        "operation/urls.py",
        "procedures/urls.py",
        "portal/urls.py",
        "portal/public_urls.py",
    }

    spelled = {name_of(path) for path in PYTHON_FILES if any(address.match(text) for text in texts_of(path))}
    for folder, kind in (("templates", "*.*"), ("static/js", "*.js")):
        for path in (BASE_DIR / folder).rglob(kind):
            if in_markup.search(path.read_text(encoding="utf-8")):
                spelled.add(name_of(path))

    # An article names its author's page (tests/news/test_models.py); the beacon is answered before Django.
    assert spelled == urls | {"news/models/article.py", "visitors/counting/beacon.py", "static/js/beacon.js"}


def test_the_beacon_has_one_address():
    script = (BASE_DIR / "static" / "js" / "beacon.js").read_text(encoding="utf-8")

    assert re.findall(r'const ADDRESS = "(.+)";', script) == [beacon.BEACON_PATH] == [reverse("visitors:beacon")]
    assert reverse("visitors:image") == beacon.IMAGE_PATH
    assert reverse("operation:healthz") in beacon._QUIET_PREFIXES


def test_what_is_kept_from_the_type_checker_has_its_reason():
    silent = re.compile(r"# type: ignore(?!\[[\w, -]+\]  # \w)")

    assert [name_of(path) for path in [*PYTHON_FILES, *BASE_DIR.glob("*.py")] if silent.search(path.read_text())] == []


GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop"}
TEMPLATE_TEXT = re.compile(r"{%\s*translate\s+(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")


def used_messages() -> set[str]:
    """Message ids in Python calls and in `translate` tags of templates."""
    messages = set()
    for path in [*PYTHON_FILES, *BASE_DIR.glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in GETTEXT
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                messages.add(node.args[0].value)
    for path in TEMPLATES:
        messages |= {ast.literal_eval(text) for text in TEMPLATE_TEXT.findall(path.read_text(encoding="utf-8"))}
    return messages


def test_every_message_in_use_is_in_a_catalogue():
    known = {entry.msgid for path in CATALOGUES for entry in polib.pofile(str(path))}

    missing = sorted(used_messages() - known)

    assert missing == [], "run `make messages` and translate"


def environment_variables() -> set[str]:
    """Names that the settings read from the environment."""
    names = set()
    for path in [*PYTHON_FILES, BASE_DIR / "manage.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and getattr(node.func.value, "id", "") == "environment"
                and node.func.attr in {"text", "boolean", "integer", "items", "choice", "hosts", "origin", "origins"}
            ):
                names.add(node.args[0].value)
    return names


def test_env_example_lists_every_variable():
    text = (BASE_DIR / ".env.example").read_text(encoding="utf-8")

    listed = set(re.findall(r"^([A-Z0-9_]+)=", text, re.MULTILINE))

    assert listed == environment_variables()
