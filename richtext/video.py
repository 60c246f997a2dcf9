"""Videos of other sites: which sites, the page of a video, and the address at which it is played.

The portal asks nothing of the other site until the reader presses play: a text holds a link, and a script of
the page puts the player in its place.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")
_DIGITS = re.compile(r"[0-9]{4,15}")
_YOUTUBE_HOSTS = {"youtube.com", "m.youtube.com", "youtu.be", "youtube-nocookie.com"}
_VIMEO_HOSTS = {"vimeo.com", "player.vimeo.com"}
_YOUTUBE_PLAYER = "https://www.youtube-nocookie.com"
_VIMEO_PLAYER = "https://player.vimeo.com"
_MAX_ADDRESS = 2000  # characters


def video_at(address: str) -> tuple[str, str] | None:
    """(page of the video, address of its player), or None when `address` is no video of settings.VIDEO_HOSTS.

    The player of YouTube is the one without cookies. A site that is neither YouTube nor Vimeo is played at
    the very address that was given.
    """
    if len(address) > _MAX_ADDRESS:
        return None
    try:
        parts = urlsplit(f"https:{address}" if address.startswith("//") else address)
        host = (parts.hostname or "").removeprefix("www.")
        is_plain = parts.port is None and parts.username is None
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not is_plain:
        return None
    if host in _YOUTUBE_HOSTS and "youtube.com" in settings.VIDEO_HOSTS:
        key = _youtube_key(host, parts.path, parts.query)
        return (f"https://www.youtube.com/watch?v={key}", f"{_YOUTUBE_PLAYER}/embed/{key}") if key else None
    if host in _VIMEO_HOSTS and "vimeo.com" in settings.VIDEO_HOSTS:
        key = parts.path.rsplit("/", 1)[-1]
        return (f"https://vimeo.com/{key}", f"{_VIMEO_PLAYER}/video/{key}") if _DIGITS.fullmatch(key) else None
    if (parts.hostname or "") in settings.VIDEO_HOSTS and parts.path.strip("/"):
        whole = parts._replace(scheme="https").geturl()
        return whole, whole
    return None


def _youtube_key(host: str, path: str, query: str) -> str | None:
    first, _, rest = path.strip("/").partition("/")
    if host == "youtu.be":
        key = first
    elif first in {"embed", "shorts", "live", "v"}:
        key = rest.split("/")[0]
    else:
        key = parse_qs(query, max_num_fields=20).get("v", [""])[0] if first == "watch" else ""
    return key if _YOUTUBE_ID.fullmatch(key) else None


def player_sources() -> list[str]:
    """What the page of a text with a video lets into its frames (the CSP's frame-src)."""
    players = {"youtube.com": _YOUTUBE_PLAYER, "vimeo.com": _VIMEO_PLAYER}
    return [players.get(host, f"https://{host}") for host in settings.VIDEO_HOSTS]


def has_video(html: str) -> bool:
    """Whether cleaned `html` holds a video to play."""
    return " data-player=" in html
