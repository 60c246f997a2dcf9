"""Own video and sound in a text: stored as a link in a paragraph, shown as the browser's own player."""

from __future__ import annotations

import re
from urllib.parse import unquote

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from library.models import Recording
from richtext import RECORDING_CLASS

# A paragraph as the sanitiser writes it, with nothing but a link.
_PARAGRAPH = re.compile(
    rf'<p class="{RECORDING_CLASS}(?: align-[a-z]+)?">\s*'
    rf'<a href="{re.escape(settings.MEDIA_URL)}([^"]+\.mp[34])"(?: [a-z-]+="[^"]*")*>([^<]*)</a>\s*</p>'
)


def with_recordings(html: SafeString, commune_id: int) -> SafeString:
    """Safe `html` with a player for each recording of the commune that it links to so; others stay links.

    One query, and none for a text without.
    """
    if f'class="{RECORDING_CLASS}' not in html:
        return html
    names = {unquote(match[1]) for match in _PARAGRAPH.finditer(html)}
    rows = Recording.objects.of(commune_id).filter(file__in=names).select_related("poster")
    found = {recording.file.name: recording for recording in rows}

    def player(match: re.Match[str]) -> str:
        recording = found.get(unquote(match[1]))
        return render_to_string("library/_recording.html", {"recording": recording}) if recording else match[0]

    return mark_safe(_PARAGRAPH.sub(player, html))
