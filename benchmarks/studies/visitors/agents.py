"""How many bots the rules find, and how many people they mistake, on lists they were not made with.

Tuning and reporting lists are kept apart; none of them is part of this project.

Tuned on: the instances of crawler-user-agents; arp242's isbot (testdata/bots, not_bots) and
omrilotan's isbot (fixtures/crawlers.yml, browsers.yml); the even halves, split by SHA-256, of the
fixtures of Matomo's device-detector and of the user-agents.net list.

Reported on, and never looked at one by one: the odd halves of those two, the list of myip.ms, and
the crawlers of JayBizzle's Crawler-Detect. Get them into one folder and say which is which:

    python -m benchmarks.studies.visitors.agents bots:FILE people:FILE odd-bots:FILE odd-people:FOLDER …

A file is JSON (a list of strings), YAML (fixtures, or lists under names), or text with one user
agent a line. Of a folder the fixtures of browsers are read. `odd-` takes the odd half.
"""

from __future__ import annotations

import json
import os
import re
import sys
from hashlib import sha256
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
PEOPLE = re.compile(r"(?:smartphone|desktop|phablet|tablet|feature_phone|tv|console)[-0-9]*\.yml")
FIXTURE = re.compile(r"""^\s*-?\s*user_agent:\s*(["']?)(.+)\1\s*$""", re.MULTILINE)
SHORTHAND = {
    "~Z": "Mozilla/5.0",
    "~A": "Android",
    "~L": "Linux",
    "~W": "Windows",
    "~I": "Macintosh",
    "~i": "iPhone",
    "~M": "Mobile",
    "~a": "AppleWebKit/",
    "~G": "(KHTML, like Gecko)",
    "~c": "Chrome/",
    "~s": "Safari/",
    "~g": "Gecko/",
    "~f": "Firefox/",
    "~v": "Version/",
    "~m": "Mobile/",
    "~C": "compatible",
}
ITEM = re.compile(r"""^\s+-\s+(["']?)(.+)\1\s*$""", re.MULTILINE)


def agents(path: Path) -> list[str]:
    """The user agents of a file, or of the browsers among the fixtures of a folder, each once."""
    if path.is_dir():
        return sorted({agent for file in path.iterdir() if PEOPLE.fullmatch(file.name) for agent in agents(file)})
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        found = json.loads(text)
    elif path.suffix == ".yml":
        found = [agent.replace("''", "'") for _, agent in FIXTURE.findall(text) or ITEM.findall(text)]
    else:
        found = [_in_full(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return sorted({agent for agent in found if agent})


def _in_full(line: str) -> str:
    """A line without the shorthand of arp242's lists."""
    return re.sub("~[ZALWIiMaGcsgfvmC]", lambda short: SHORTHAND[short[0]], line)


def odd_half(found: list[str]) -> list[str]:
    return [agent for agent in found if sha256(agent.encode()).digest()[0] % 2]


def main(arguments: list[str]) -> None:
    django.setup()
    from visitors.counting.agents import describe

    for argument in arguments:
        kind, _, name = argument.partition(":")
        found = agents(Path(name))
        if kind.startswith("odd-"):
            found = odd_half(found)
        bots = sum(bool(describe(agent).bot) for agent in found) / len(found)
        verdict = "bots found" if kind.endswith("bots") else "people mistaken"
        sys.stdout.write(f"{verdict}: {bots:.2%} of {len(found)} ({argument})\n")


if __name__ == "__main__":
    main(sys.argv[1:])
