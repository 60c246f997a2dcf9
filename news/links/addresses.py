"""The links of a text, and whether those into the portal itself lead somewhere: nothing is asked over HTTP."""

from __future__ import annotations

import html as html_entities
import re
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.urls import ResolverMatch

from communes.hosts import table
from library.addresses import leads_somewhere
from news.models import Article, Category, Kind, Redirect, Tag

MAX_ADDRESS = 1000  # characters
# Attribute by attribute: what one holds is never taken for another tag, or searched again from every "<" in it.
_ADDRESS = re.compile(r'<(?:a|img)(?: [a-z-]+="[^"]*")*? (?:href|src)="([^"]+)"')
FOLLOWABLE = {"http", "https", "mailto", "tel"}
_IGNORED_IN_ADDRESSES = re.compile(r"[\x00-\x20]+")
# RFC 3986, 3.1
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
_ARTICLE_PAGES = {"news:article_detail", "news:article_saved", "news:article_qr"}
_CATEGORY_PAGES = {"news:category_list", "news:category_feed", "news:category_atom_feed"}


def links_of(html: str) -> set[str]:
    """The addresses of pages and files that sanitised `html` leads to or shows."""
    addresses = {html_entities.unescape(found).strip() for found in _ADDRESS.findall(html)}
    return {address[:MAX_ADDRESS] for address in addresses if _is_page(address)}


def _is_page(address: str) -> bool:
    return bool(address) and not address.startswith("#") and not address.lower().startswith(("mailto:", "tel:"))


def is_followable(address: str) -> bool:
    """Whether `address`, as it was stored, may stand in a link: nothing runs when somebody follows it.

    Browsers drop line breaks, tabs and leading spaces before they look for the scheme.
    """
    scheme, colon, _rest = _IGNORED_IN_ADDRESSES.sub("", address).partition(":")
    is_relative = not colon or not _SCHEME.fullmatch(scheme)
    return is_relative or scheme.lower() in FOLLOWABLE


def is_own(address: str, commune_id: int, hosts: tuple[str, ...] = ()) -> bool:
    """Whether `address` leads to the portal of a commune, at one of its hosts or `hosts` (with their ports).

    Raises ValueError for nonsense.
    """
    parts = urlsplit(address)
    if not parts.netloc:
        return True
    place = table.find(parts.netloc.rpartition("@")[2])
    is_here = place is not None and place.commune.pk == commune_id
    return is_here and (parts.netloc in hosts or parts.port in {None, 80, 443})


def path_of(address: str, base: str = "/") -> str:
    """The path on this portal of an own address, written in a text at `base`."""
    return unquote(urlsplit(urljoin(base, address)).path) or "/"


def has_page(path: str, commune_id: int) -> bool:
    """Whether a citizen finds something at `path` of the portal of a commune."""
    redirect = Redirect.objects.of(commune_id).leading_from(quote(path))
    if redirect:
        return not redirect.new_path.startswith("/") or leads_somewhere(path_of(redirect.new_path), commune_id)
    return leads_somewhere(path, commune_id)


def opens(path: str, match: ResolverMatch, commune_id: int) -> bool:
    """Whether a citizen finds something at a path that a pattern of the news matched."""
    name, values = match.view_name, match.kwargs
    if name == "news:old_address":
        # The final slash is added for the reader.
        return _stands_in_tree(path, commune_id) if path.endswith("/") else leads_somewhere(path + "/", commune_id)
    if name in _ARTICLE_PAGES:
        articles = Article.objects.of(commune_id).published()
        return articles.filter(pk=values["pk"]).exists() or _stands_in_tree(path, commune_id)
    if name in _CATEGORY_PAGES:
        categories = Category.objects.of(commune_id)
        return categories.filter(slug=values["slug"]).exists() or _stands_in_tree(path, commune_id)
    if name == "news:tag_list":
        return Tag.objects.of(commune_id).filter(slug=values["slug"]).exists()
    if name == "news:author_list":
        return Article.objects.of(commune_id).published().signed_by(values["slug"]).exists()
    return "token" not in values  # a draft that was shared is for one person


def _stands_in_tree(path: str, commune_id: int) -> bool:
    """Pages have no pattern of their own: they stand where the news have nothing."""
    return Article.every_kind.of(commune_id).published().filter(kind=Kind.PAGE, path=path.strip("/")).exists()
