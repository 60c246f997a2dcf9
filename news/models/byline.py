"""Authors as citizens know them: by the name printed under the article.

Names that differ only in accents, capitals or signs are one author: "Thu Hà", "THU HÀ", "Thu Hà.".
"""

from __future__ import annotations

import re

from vietnamese import fold

_WORD = re.compile(r"[a-z0-9]+")


def author_slug(byline: str) -> str:
    """The author's part of an address, "thu-ha"; empty when the name has no Latin letter."""
    return "-".join(_WORD.findall(fold(byline)))


def key_of(slug: str) -> str:
    """What `Article.author_key` is for the bylines behind `slug`."""
    return slug.replace("-", " ")
