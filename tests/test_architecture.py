"""The floors of docs/architecture.md hold in the code: who imports whom, and what templates load."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines

BASE_DIR = Path(__file__).resolve().parent.parent
TEMPLATES = BASE_DIR / "templates"
# Beside the portal, not in it.
NOT_DRAWN = {"manage", "benchmarks", "tests"}
# The frames that a page of any package fills.
FRAMES = {"base.html", "admin/base_site.html", "admin/change_form.html", "admin/change_list.html"}

FLOOR = re.compile(r"[┌├]── (?P<name>.+)")
ARROWS = re.compile(r"│ (?P<name>\w+)\s+→(?P<known>[\w ]*)")
LOAD = re.compile(r"{%-?\s*load\s+([^%]+?)\s*-?%}")
OTHER_TEMPLATE = re.compile(r"{%-?\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")


def drawn_floors() -> list[dict[str, set[str]]]:
    """The drawing from top to bottom: of each floor, every name with those it has arrows to."""
    drawing = (BASE_DIR / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    floors: list[dict[str, set[str]]] = []
    for line in drawing.splitlines():
        if FLOOR.match(line):
            floors.append({})
        elif arrows := ARROWS.match(line):
            floors[-1][arrows["name"]] = set(arrows["known"].split())
        else:
            assert line in ("", "└──"), f"not understood: {line}"
    return floors


FLOORS = drawn_floors()
DRAWN = {name: known for floor in FLOORS for name, known in floor.items()}
LEVEL = {name: level for level, floor in enumerate(FLOORS) for name in floor}


def names_in_code() -> set[str]:
    packages = {path.parent.name for path in BASE_DIR.glob("*/__init__.py")}
    return (packages | {path.stem for path in BASE_DIR.glob("*.py")}) - NOT_DRAWN


def imported_modules(path: Path) -> Iterator[str]:
    """Full names of the modules a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def imports_of(name: str) -> dict[str, str]:
    """The other packages and modules of the portal that `name` imports, each with a file that does."""
    folder = BASE_DIR / name
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    roots = {
        module.partition(".")[0]: str(path.relative_to(BASE_DIR)) for path in files for module in imported_modules(path)
    }
    return {root: file for root, file in roots.items() if root in names_in_code() - {name}}


def test_everything_is_drawn():
    assert set(DRAWN) == names_in_code()


@pytest.mark.parametrize("name", DRAWN)
def test_arrows_are_the_imports(name):
    found = imports_of(name)

    assert {other: file for other, file in found.items() if other not in DRAWN[name]} == {}, "not drawn"
    assert DRAWN[name] - set(found) == set(), "drawn, but nothing imports it"


@pytest.mark.parametrize("name", DRAWN)
def test_arrows_lead_down(name):
    assert [other for other in DRAWN[name] if LEVEL[other] <= LEVEL[name]] == []


def test_the_import_linter_knows_the_same_floors():
    """Its contract names packages only; the drawing has the single modules as well."""
    configuration = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    layers = configuration["tool"]["importlinter"]["contracts"][0]["layers"]

    packages = [{name for name in floor if (BASE_DIR / name).is_dir()} for floor in FLOORS]

    assert [set(layer.split(" | ")) for layer in layers] == [floor for floor in packages if floor]


def owner_of(name: str) -> str:
    """The package that a template belongs to, by its name: what is no package's is the shell's."""
    folder = name.removeprefix("admin/").partition("/")[0]
    return folder if folder in DRAWN else "portal"


def may_know(owner: str, other: str) -> bool:
    """Whether `other` is `owner` itself, stands on a lower floor, or is no part of the portal."""
    return other == owner or other not in DRAWN or LEVEL[other] > LEVEL[owner]


def tag_libraries() -> dict[str, str]:
    """By the name that `load` takes, the root of the package that holds the library."""
    return {name: module.partition(".")[0] for name, module in engines["django"].engine.libraries.items()}


def loaded_libraries(text: str) -> Iterator[str]:
    for names in LOAD.findall(text):
        words = names.split()
        yield from words[-1:] if "from" in words else words


TEMPLATE_NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_template_loads_only_tags_of_its_own_or_of_a_lower_floor(name):
    owner, libraries = owner_of(name), tag_libraries()

    loaded = set(loaded_libraries((TEMPLATES / name).read_text(encoding="utf-8")))

    assert {library for library in loaded if not may_know(owner, libraries[library])} == set()


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_template_includes_only_templates_of_its_own_or_of_a_lower_floor(name):
    used = set(OTHER_TEMPLATE.findall((TEMPLATES / name).read_text(encoding="utf-8"))) - FRAMES
    ours = used & set(TEMPLATE_NAMES)

    assert {other for other in ours if not may_know(owner_of(name), owner_of(other))} == set()


def test_no_templates_hide_in_an_app():
    """All of them are under templates/, where the tests above read them."""
    assert [path for name in names_in_code() for path in (BASE_DIR / name).rglob("templates/*")] == []


# As many modules as a reader takes in at a glance, beside `__init__`.
MOST_MODULES = 14
FOLDERS = sorted(
    {
        path.parent
        for name in names_in_code() | {"benchmarks"}
        for path in (BASE_DIR / name).rglob("*.py")
        if path.parent.name != "migrations"
    }
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(BASE_DIR)))
def test_folder_is_split_before_it_is_long(folder):
    modules = [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]

    assert len(modules) <= MOST_MODULES, sorted(modules)
