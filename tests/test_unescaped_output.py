"""Every place where something is printed without being escaped, and why that is safe there.

A new one fails here until its reason is written down: one that lets through what a person wrote has none.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent
NOT_OURS = {"tests", "benchmarks", "var", "locale", "vendor"}

PYTHON = {
    "mark_safe",
    "format_html",
    "format_html_join",
    "SafeString",
    "SafeText",
    "SafeData",
    "CleanHtml",
    "html_safe",
    "__html__",
}
TEMPLATE = re.compile(r"\|\s*(safe|safeseq)\b|\{%\s*(autoescape off)\b")
SCRIPT = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write\w*|DOMParser|createContextualFragment|srcdoc"
    r"|setHTML\w*|eval|Function)\b"
)

# (file, what): (how often, why).
REASONS = {
    ("richtext/safe.py", "SafeString"): (1, "the class of sanitised HTML is made of it"),
    ("richtext/safe.py", "CleanHtml"): (3, "made of what the sanitiser gave back, in this one place"),
    ("library/renditions.py", "mark_safe"): (1, "CleanHtml in which each <img> got copies, named after its own file"),
    ("news/links/outgoing.py", "mark_safe"): (
        3,
        "JSON whose <, > and & are escapes; an SVG drawn by segno; safe HTML, else escaped, with files of the library",
    ),
    ("news/public/search_excerpts.py", "mark_safe"): (2, "pieces escaped one by one, with <mark> between"),
    ("news/public/views.py", "format_html"): (1, "address and text of the cover, escaped as arguments"),
    ("news/public/views.py", "SafeString"): (1, "empty"),
    ("library/admin/documents.py", "format_html"): (1, "address, name and size of a file, escaped as arguments"),
    ("library/admin/recordings.py", "format_html"): (2, "one of two elements, address and facts, escaped as arguments"),
    ("library/recordings/in_text.py", "mark_safe"): (1, "safe HTML in which a link became a template of ours"),
    ("library/uses.py", "format_html_join"): (1, "addresses and titles of what shows a file, escaped as arguments"),
    ("library/admin/pictures.py", "format_html"): (2, "address and text of a picture, escaped as arguments"),
    ("news/admin/lists.py", "format_html"): (
        2,
        "address of a picture, a number and a word of ours, escaped as arguments",
    ),
    ("news/admin/links.py", "format_html"): (3, "address and title of a link, escaped as arguments"),
    ("news/admin/places.py", "format_html"): (2, "an encoded query and a word of ours, escaped as arguments"),
    ("news/templatetags/news.py", "mark_safe"): (
        1,
        "CleanHtml in which each <table> got a frame with a word of ours, escaped",
    ),
    ("communes/templatetags/heads.py", "mark_safe"): (1, "JSON whose <, > and & are escapes"),
    ("offices/templatetags/offices.py", "format_html"): (
        2,
        "JSON of the same kind; an address of e-mail around a <wbr>",
    ),
    ("offices/admin/people.py", "format_html_join"): (1, "names of posts, escaped as arguments"),
    ("offices/admin/people.py", "mark_safe"): (1, "the <br> between them"),
    ("menus/admin/links.py", "format_html"): (
        2,
        "a sentence of ours; address and text of a picture, escaped as arguments",
    ),
    ("pages/admin.py", "format_html"): (1, "a number and the title of a page, escaped as arguments"),
    ("vietnamese/tags.py", "format_html"): (1, "digits of a moment and SA or CH, escaped as arguments"),
    ("desk/guides.py", "mark_safe"): (
        1,
        "Markdown files of docs/, which belong to the project like its templates",
    ),
    ("polls/admin/ballot.py", "format_html_join"): (1, "hexadecimal digits, escaped as arguments"),
    ("polls/admin/poll.py", "format_html"): (1, "an address and a word of ours, escaped as arguments"),
    ("templates/news/feed_owner.txt", "autoescape off"): (1, "lines for the feeds, which escape them as XML"),
    ("templates/news/mail/step.txt", "autoescape off"): (1, "a message in plain text"),
    ("static/js/editor-paste.js", "DOMParser"): (
        2,
        "a paste, read in a document without scripts, before the editor filters it",
    ),
    ("static/js/editor-paste.js", "innerHTML"): (
        2,
        "read only: the same paste, handed to the editor, which filters it",
    ),
    ("static/js/editor-inside.js", "outerHTML"): (1, "read only: an album built of elements, for the editor to filter"),
    ("static/js/trusted.js", "DOMParser"): (
        1,
        "pages of this origin for poll.js and many-pictures.js, and pastes of which the text is read, in a document in which nothing runs",
    ),
    ("static/js/trusted.js", "srcdoc"): (1, "the preview of an article, in a frame that runs no script"),
    ("static/js/alerts.js", "DOMParser"): (1, "an alert as this portal writes it, of this origin"),
}


def files(suffix: str, *folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((BASE_DIR / folder).rglob(f"*{suffix}")):
            parts = path.relative_to(BASE_DIR).parts
            if path.is_file() and not NOT_OURS & set(parts) and not parts[0].startswith("."):
                yield "/".join(parts), path.read_text(encoding="utf-8")


def used_in_python(source: str) -> Iterator[str]:
    """The names of PYTHON that `source` calls, inherits from or hands on; not those in imports and annotations."""
    tree = ast.parse(source)
    said: set[int] = set()
    for node in ast.walk(tree):
        parts = [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            parts += node.args[1:]
        said |= {id(inner) for part in parts if isinstance(part, ast.AST) for inner in ast.walk(part)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{alias.name} as" for alias in node.names if alias.name in PYTHON and alias.asname)
        if id(node) in said:
            continue
        if isinstance(node, ast.Name) and node.id in PYTHON:
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr in PYTHON:
            yield node.attr
        elif isinstance(node, ast.FunctionDef) and node.name in PYTHON:
            yield node.name


def found() -> Counter[tuple[str, str]]:
    places: Counter[tuple[str, str]] = Counter()
    for name, source in files(".py", "."):
        places.update((name, used) for used in used_in_python(source))
    for name, source in files("", "templates"):
        places.update((name, match[1] or match[2]) for match in TEMPLATE.finditer(source))
    for name, source in files(".js", "static"):
        places.update((name, match[1]) for match in SCRIPT.finditer(source))
    return places


def test_every_unescaped_output_has_its_reason():
    assert dict(found()) == {place: count for place, (count, _why) in REASONS.items()}


@pytest.mark.parametrize(
    "source",
    [
        "x = mark_safe(body)",
        "x = safestring.mark_safe(body)",
        "x = list(map(SafeString, bodies))",
        "class Mine(SafeString): pass",
        "from django.utils.safestring import mark_safe as plain",
        "class Mine:\n    def __html__(self): return self.body",
    ],
)
def test_a_new_use_in_code_is_found(source):
    assert [*used_in_python(source)]


@pytest.mark.parametrize(
    "source", ["{{ body|safe }}", "{{ body | safe|x }}", "{% autoescape off %}", "{{ a|safeseq }}"]
)
def test_a_new_use_in_a_template_is_found(source):
    assert TEMPLATE.search(source)
