"""All that the editor says is Vietnamese: its own catalogue is English in places."""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib.staticfiles import finders

from richtext.editor import EDITOR_CONFIG
from richtext.sentences import SENTENCES

# What the editor never shows here: the console, other formats than ours, ticks that the settings take out.
UNSEEN = (
    "versionCheck.",
    "fakeobjects.",
    "link.download",
    "format.tag_address",
    "format.tag_h1",
    "format.tag_h5",
    "format.tag_h6",
)
# Names of keys stand on the keyboard as they are. What is said of uploads is in UPLOAD_CONFIG.
OTHERS = ("common.keyboard.", "uploadwidget.")


def words(name: str) -> dict[str, str]:
    """The catalogue of one language: by the path of a sentence, such as "link.anchor.name"."""
    with open(finders.find(f"ckeditor/ckeditor/lang/{name}.js"), encoding="utf-8") as file:  # noqa: PTH123 - a found path
        text = file.read()
    catalogue = text[text.index("={") + 1 :].rstrip().rstrip(";")
    return dict(flat(json.loads(re.sub(r"([{,])([\w$]+):", r'\1"\2":', catalogue))))


def flat(catalogue: dict[str, Any], path: str = "") -> Any:
    for key, value in catalogue.items():
        if isinstance(value, dict):
            yield from flat(value, f"{path}{key}.")
        elif not isinstance(value, list):
            yield path + key, str(value)


def test_the_supplement_says_in_vietnamese_what_the_catalogue_says_in_english():
    english, vietnamese = words("en"), words("vi")
    removed = tuple(f"{plugin}." for plugin in EDITOR_CONFIG["removePlugins"].split(","))
    left = {
        name
        for name, text in english.items()
        if vietnamese.get(name, text) == text
        and re.search("[a-z]{3}", text)
        and not name.startswith((*removed, *UNSEEN, *OTHERS))
    }

    completed = dict(flat(SENTENCES[""] | {name: more for name, more in SENTENCES.items() if name}))

    assert left - completed.keys() == set()
    assert all(re.search("[à-ỹđ]|%1", text.lower()) for text in completed.values()), completed
