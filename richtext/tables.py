"""Tables as readers meet them: wide ones scroll, numbers stand under each other."""

from __future__ import annotations

import re

# Attribute by attribute, as the sanitiser writes them: time grows with the text alone.
_OPENING = re.compile(r'<table(?: [a-z-]+="[^"]*")*>')
# A cell without an alignment of its own that holds an amount and nothing else. A telephone number is none: it
# begins with 0 and has no comma.
_NUMBER = re.compile(
    r"<td>(?P<inner>\s{0,9}(?:<(?:p|strong)>){0,2}(?!0\d)[+−–-]?\d[\d. ]{0,20}(?:,\d{1,6})?\s?%?(?:</(?:p|strong)>){0,2}\s{0,9})</td>"
)


def with_readable_tables(html: str, name: str) -> str:
    """Cleaned `html` with each table in a box that scrolls, and its amounts at the end of their cells.

    The box can be reached by keyboard and is called `name`. Stored texts stay as their editors wrote them.
    """
    if "<table" not in html:
        return html
    html = _NUMBER.sub(r'<td class="amount">\g<inner></td>', html)
    html = _OPENING.sub(
        lambda opening: f'<div class="table-box" role="group" tabindex="0" aria-label="{name}">{opening[0]}', html
    )
    return html.replace("</table>", "</table></div>")
