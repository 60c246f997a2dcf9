"""The documents name what is there."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from markdown.extensions.toc import slugify_unicode

from section import sections
from tests.test_architecture import DRAWN, names_in_code
from upkeep.tasks import registered_tasks

BASE_DIR: Path = settings.BASE_DIR
DOCUMENTS = [BASE_DIR / "README.md", *sorted((BASE_DIR / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# A path of the project in code quotes: a folder of ours, then a file or folder.
PATH = re.compile(
    rf"`((?:{'|'.join([*DRAWN, 'templates', 'static', 'tests', 'benchmarks', 'docs', 'locale'])})/[^`\s<>*]*)`"
)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(BASE_DIR))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_to_files_and_headings(document):
    for link in LINK.findall(read(document)):
        file, _, anchor = link.partition("#")
        target = document.parent / file if file else document
        assert target.exists(), link
        assert not anchor or anchor in {slugify_unicode(h, "-") for h in HEADING.findall(read(target))}, link


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_paths_of_the_project_exist(document):
    """Except those of the feature that the contributors' page makes up."""
    paths = PATH.findall(read(document))

    assert [path for path in paths if not (BASE_DIR / path.partition("::")[0]).exists() and "notices" not in path] == []


SOURCES = sorted(
    path
    for folder in [*names_in_code(), "templates", "static", "tests", "benchmarks"]
    for kind in ("*.py", "*.html", "*.sql", "*.js", "*.css")
    for path in (BASE_DIR / folder).rglob(kind)
)
# A file of ours, named with its folder, or a module at the root.
NAMED = re.compile(
    rf"(?<![\w./-])((?:{'|'.join([*DRAWN, 'templates', 'static', 'tests', 'benchmarks', 'docs'])})"
    r"(?:\.py|/[\w/.-]+\.(?:py|html|sql|js|css|md)))\b"
)


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_files_that_a_comment_names_exist(source):
    places = (BASE_DIR, source.parent, BASE_DIR / "templates", BASE_DIR / "static")

    named = set(NAMED.findall(read(source)))

    assert {name for name in named if not any((place / name).exists() for place in places)} == set()


def test_readme_lists_every_folder_and_module():
    text = read(BASE_DIR / "README.md")
    folders = set(re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE))
    modules = set(re.findall(r"`(\w+)\.py`", text))

    assert folders == {name for name in names_in_code() if (BASE_DIR / name).is_dir()}
    assert modules == {name for name in names_in_code() if not (BASE_DIR / name).is_dir()}


def test_operators_read_of_every_task_of_the_clock():
    table = set(re.findall(r"^\| ([A-Z][^|]+?) \|", read(BASE_DIR / "docs" / "operators.md"), re.MULTILINE)) - {"Task"}

    with translation.override(None):
        titles = {str(task.title) for task in registered_tasks()}

    assert table == titles


def test_contributors_read_of_no_part_that_a_section_lacks():
    code = read(BASE_DIR / "docs" / "contributors.md").partition("SECTION = Section(")[2].partition("\n        )\n")[0]
    shown = set(re.findall(r"^ {12}(\w+)=", code, re.MULTILINE))

    assert len(shown) > 3
    assert shown <= set(next(iter(sections().values())).__dataclass_fields__)


DECIDED = re.compile(r"^\| (?P<behaviour>[^|]+) \| `(?P<file>[^`]+)` \| `(?P<name>[^`]+)` \|$", re.MULTILINE)


def decisions() -> list[tuple[str, str, str]]:
    """The rows of the contributors' table: (behaviour, file, name)."""
    return DECIDED.findall(read(BASE_DIR / "docs" / "contributors.md"))


def defined_names(path: Path) -> Iterator[str]:
    """Functions, classes, `Class.method` and constants of a module; functions of a file of SQL."""
    if path.suffix == ".sql":
        yield from re.findall(r"^CREATE FUNCTION (\w+)", read(path), re.MULTILINE)
        return
    for node in ast.parse(read(path)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{member.name}" for member in node.body if isinstance(member, ast.FunctionDef))
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_contributors_read_where_ten_behaviours_are_decided():
    assert len(decisions()) >= 10


@pytest.mark.parametrize(("behaviour", "file", "name"), decisions(), ids=[row[2] for row in decisions()])
def test_behaviour_is_decided_where_contributors_read_it_is(behaviour, file, name):
    assert name in set(defined_names(BASE_DIR / file)), behaviour


# Requirements of levels 1 and 2 in each chapter of the standard.
ASVS_CHAPTERS = {
    "V1": 27,
    "V2": 11,
    "V3": 19,
    "V4": 10,
    "V5": 9,
    "V6": 35,
    "V7": 18,
    "V8": 7,
    "V9": 7,
    "V10": 29,
    "V11": 14,
    "V12": 9,
    "V13": 13,
    "V14": 9,
    "V15": 13,
    "V16": 16,
    "V17": 7,
}
ASVS_ROW = re.compile(r"^\| (?P<number>V\d+\.\d+\.\d+) \| (?P<state>[^|]+) \| (?P<proof>[^|]+) \|$", re.MULTILINE)


def test_every_requirement_of_the_standard_has_its_state_and_its_proof():
    rows = [row.groupdict() for row in ASVS_ROW.finditer(read(BASE_DIR / "docs" / "asvs.md"))]

    numbers = [row["number"] for row in rows]
    assert Counter(number.partition(".")[0] for number in numbers) == ASVS_CHAPTERS
    assert len(set(numbers)) == len(numbers)
    named = {file for row in rows for file in re.findall(r"`([\w./-]+/[\w./-]+)`", row["proof"])}
    assert len(named) > 50
    assert [file for file in sorted(named) if not (BASE_DIR / file).exists()] == []


@pytest.mark.django_db
def test_nobody_reads_back_what_a_proxy_added(client):
    assert client.trace("/").status_code == 405


def test_operators_read_of_faults_that_tests_hold():
    """Each row of the table names a test, and there is such a test."""
    table = [line for line in read(BASE_DIR / "docs" / "faults.md").splitlines() if line.startswith("| ")][2:]

    named = {row: re.findall(r"`([\w/]+\.py)` `(\w+)`", row) for row in table}

    assert len(table) >= 12
    assert [row for row, tests in named.items() if not tests] == []
    for file, name in {test for tests in named.values() for test in tests}:
        assert f"def {name}(" in read(BASE_DIR / file), name
