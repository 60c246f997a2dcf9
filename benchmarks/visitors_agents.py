"""How many bots the rules find, and how many people they mistake, on lists they were not made with.

The rules were tuned on the instances of crawler-user-agents, on the `user-agents` package of npm
(browsers in real traffic) and on the even half of Matomo's device-detector fixtures; the figures
below come from the odd half, split by SHA-256. The fixtures are LGPL and no part of this project.
They come with the Python package: download the wheel of `device_detector`, unzip it, then

    python -m benchmarks.visitors_agents device_detector/tests/fixtures/upstream
"""

from __future__ import annotations

import os
import re
import sys
from hashlib import sha256
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
PEOPLE = re.compile(r"(?:smartphone|desktop|phablet|tablet|feature_phone|tv|console)[-0-9]*\.yml")
AGENT = re.compile(r"""^\s*-?\s*user_agent:\s*(["']?)(.+)\1\s*$""", re.MULTILINE)


def agents(files: list[Path]) -> list[str]:
    """The odd half of the user agents in the fixture files, each once."""
    found = {agent.replace("''", "'") for file in files for _, agent in AGENT.findall(file.read_text(encoding="utf-8"))}
    return [agent for agent in sorted(found) if sha256(agent.encode()).digest()[0] % 2]


def main(folder: Path) -> None:
    django.setup()
    from visitors.counting.agents import describe

    bots = agents([folder / "bots.yml"])
    people = agents([file for file in folder.iterdir() if PEOPLE.fullmatch(file.name)])
    recall = sum(bool(describe(agent).bot) for agent in bots) / len(bots)
    mistaken = sum(bool(describe(agent).bot) for agent in people) / len(people)
    sys.stdout.write(f"bots found: {recall:.2%} of {len(bots)}; people mistaken: {mistaken:.2%} of {len(people)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
