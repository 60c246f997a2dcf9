"""Where a visit comes from, and in which language it reads."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from visitors.counting.agents import Agent


class SourceKind(StrEnum):
    """The kinds of sources; the values are stored."""

    DIRECT = "direct"
    SEARCH = "search"
    SOCIAL = "social"
    SITE = "site"


_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,30}")
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:-|_|,|;|\s|$)")
# Mobile and redirecting names of one and the same site.
_PREFIXES = re.compile(r"^(?:www|m|mobile|l|lm|amp|out)\.(?=[^.]+\.)")
_SEARCH = re.compile(
    r"(?:^|\.)(?:google\.[a-z.]{2,6}|bing\.com|coccoc\.com|duckduckgo\.com|yahoo\.com|yahoo\.co\.jp|yandex\.(?:com|ru)"
    r"|baidu\.com|ecosia\.org|startpage\.com|qwant\.com|search\.brave\.com|naver\.com|chatgpt\.com|perplexity\.ai)$"
)
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook\.com|fb\.com|fb\.me|messenger\.com|zalo\.me|zaloapp\.com|zalo\.vn|youtube\.com|youtu\.be"
    r"|tiktok\.com|instagram\.com|threads\.(?:net|com)|twitter\.com|x\.com|t\.co|linkedin\.com|pinterest\.com|reddit\.com"
    r"|t\.me|telegram\.org|viber\.com|line\.me|lotus\.vn|whatsapp\.com)$"
)
_ONE_NAME = (
    (re.compile(r"(?:^|\.)(?:facebook\.com|fb\.com|fb\.me)$"), "facebook.com"),
    (re.compile(r"(?:^|\.)(?:zalo\.me|zaloapp\.com|zalo\.vn)$"), "zalo.me"),
    (re.compile(r"(?:^|\.)(?:twitter\.com|x\.com|t\.co)$"), "x.com"),
    (re.compile(r"(?:^|\.)(?:youtube\.com|youtu\.be)$"), "youtube.com"),
    (re.compile(r"(?:^|\.)google\.[a-z.]{2,6}$"), "google.com"),
)
# These applications open links without a referrer and are recognised by their own browser.
_APPLICATION_SITES = {
    "Zalo": "zalo.me",
    "Facebook": "facebook.com",
    "TikTok": "tiktok.com",
    "Instagram": "instagram.com",
}


@lru_cache(maxsize=10_000)
def source_of(referrer: str, own_host: str, agent: Agent) -> tuple[SourceKind, str]:
    """The kind of source and the site's name, empty for a direct visit.

    `referrer` is the host name the page's script reports; what is no host name counts as none.
    """
    host = referrer.lower().partition(":")[0].rstrip(".")
    own_name = own_host.lower().partition(":")[0]
    if not host or len(host) > 100 or host == own_name or not _HOST.fullmatch(host):
        host = _APPLICATION_SITES.get(agent.browser, "")
        if not host:
            return SourceKind.DIRECT, ""
    host = next((name for pattern, name in _ONE_NAME if pattern.search(host)), _PREFIXES.sub("", host))
    if _SOCIAL.search(host):
        return SourceKind.SOCIAL, host
    return (SourceKind.SEARCH if _SEARCH.search(host) else SourceKind.SITE), host


@lru_cache(maxsize=1000)
def language_of(accept_language: str) -> str:
    """The first language of an Accept-Language header as ISO 639, or "other"."""
    found = _LANGUAGE.match(accept_language)
    return found[1].lower() if found else "other"
