"""When two spellings of an old address mean the same page.

Links of twenty years are typed, mailed and shortened: IIS did not look at capitals, programs write percent
signs in either case, a slash at the end is lost, and networks add parameters of their own.
"""

from __future__ import annotations

from hashlib import blake2b
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from django.utils.encoding import repercent_broken_unicode

from vietnamese import to_nfc

# What mailing programs, search engines and networks add to an address; pages never depend on it.
TRACKING = frozenset(
    [
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "mibextid",
        "zarsrc",
        "zalo_source",
        "mc_cid",
        "mc_eid",
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "ref_src",
    ]
)
_TRACKING_PREFIX = "utm_"
_MOST_PARAMETERS = 50

# By these, former portals told their pages apart at the address "/": WordPress, NukeViet, Joomla, DotNetNuke.
# The home page looks for a redirect when it is asked with one.
OLD_PARAMETERS = frozenset({"p", "page_id", "cat", "language", "nv", "op", "option", "view", "id", "Itemid", "tabid"})


def query_of(query: str) -> str:
    """The query in normal form: decoded, without tracking parameters, in alphabetical order.

    `&amp;`, as mail programs copy it from markup, counts as `&`. Too many parameters make no query.
    """
    try:
        pairs = parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return ""
    return urlencode(sorted((to_nfc(name), to_nfc(value)) for name, value in pairs if not _is_tracking(name)))


def normal_form(address: str) -> str:
    """`address` (a path with or without query) as it is compared: decoded, in NFC, without the final slash."""
    path, _, query = address.partition("#")[0].partition("?")
    decoded = repercent_broken_unicode(unquote_to_bytes(path)).decode()
    query = query_of(query)
    return (to_nfc(decoded).rstrip("/") or "/") + (f"?{query}" if query else "")


def key_of(address: str) -> str:
    """What all spellings of an address share, capitals or not: 32 hexadecimal digits of its normal form."""
    return blake2b(normal_form(address).lower().encode(), digest_size=16).hexdigest()


def _is_tracking(name: str) -> bool:
    name = name.lower()
    return name in TRACKING or name.startswith(_TRACKING_PREFIX)
