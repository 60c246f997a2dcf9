"""What a feature gives to the shell around it.

A feature is a Django app whose `section.py` holds a `Section` named SECTION. `portal/sections.py` lists the
features; the settings hand that list down as FEATURES, so that what stands below the roof can ask for
the sections without knowing who they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AbstractUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver, get_resolver, resolve
from django.utils.functional import Promise

from upkeep.tasks import Task

# communes.models.Commune, which stands above.
Commune = Model

# The ids of some rows of a commune → (title, address) of each that a citizen may open.
TitleReader = Callable[[list[int], Commune], dict[int, tuple[str, str]]]


@dataclass(frozen=True)
class Row:
    """One thing on the desk: what it is, where the admin deals with it, why it lies there and since when."""

    title: str
    address: str
    note: str = ""
    moment: datetime | None = None


@dataclass(frozen=True)
class Pile:
    """Things on the desk that wait for the same step."""

    title: str | Promise
    rows: list[Row]
    is_urgent: bool = False


@dataclass(frozen=True)
class Found:
    """A page that answers to words a citizen looked for."""

    title: str
    address: str
    note: str = ""


@dataclass(frozen=True)
class Finds:
    """What one kind of pages holds of the words: its heading and the best of its pages."""

    heading: str | Promise
    pages: list[Found]


@dataclass(frozen=True)
class Errand:
    """What a person does every day, as a button of the desk."""

    title: str | Promise
    address: str
    is_main: bool = False


@dataclass(frozen=True)
class Offer:
    """What the portal can do for a step by itself: its button, what would come of it, and the doing."""

    title: str | Promise
    names: Sequence[str]
    take: Callable[[HttpRequest], object]


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """Something a new portal needs; whether it is done is read from what is stored, nobody ticks it.

    Steps stand in the order of `place`. `state` says what there is, `why` what it is for.
    """

    place: int
    title: str | Promise
    why: str | Promise
    address: str
    is_done: bool
    state: str = ""
    offer: Offer | None = None


@dataclass(frozen=True)
class MenuTarget:
    """A page that a menu may lead to; `group` is the heading it stands under where all are listed.

    `key` names the page when its title and address change, such as `category:3`; empty: its address does.
    `in_menu`: whether a portal that has arranged no menu shows it in the one it begins with.
    """

    title: str | Promise
    address: str
    description: str = ""
    group: str | Promise = ""
    key: str = ""
    in_menu: bool = True


@dataclass(frozen=True)
class HomeBlock:
    """A part of the home page, which an administrator may move or leave out.

    The template is rendered in the context of the page and shows nothing when there is nothing to show.
    On a wide screen a block that `is_wide` has a row of its own; others stand beside each other.
    """

    key: str
    title: str | Promise
    template: str
    is_wide: bool = False


@dataclass(frozen=True)
class Whom:
    """A person whose data is looked for: their account, where they have one, and texts that name them."""

    account: AbstractUser | None
    texts: tuple[str, ...]

    def named_in(self, *columns: str) -> Q:
        """A condition: one of the texts stands in one of the columns."""
        found = Q(pk__in=[])
        for text in self.texts:
            for column in columns:
                found |= Q(**{f"{column}__icontains": text})
        return found


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Personal data that is kept: what, what for, and how long."""

    what: str | Promise
    why: str | Promise
    span: str | Promise
    # The task of the clock that ends it; empty where something else does, as `span` says.
    task: str = ""
    # Of citizens: it stands on the page that tells them. Otherwise of staff.
    is_of_citizens: bool = True
    # The rows about a person, for who asks what is kept of them.
    rows: Callable[[Whom], Sequence[QuerySet[Any]]] = lambda _whom: ()
    # Takes the person out of them; how many rows it changed. Without it nothing is taken out before its time.
    erase: Callable[[Whom], int] | None = None


@dataclass(frozen=True)
class OpenWork:
    """Work that waits for a person, and that a colleague can take over when they leave."""

    title: str | Promise
    # What it is in a commune.
    rows: Callable[[AbstractUser, Commune], QuerySet[Any]]
    # Gives the rows of the first person to the second.
    give: Callable[[QuerySet[Any], AbstractUser, AbstractUser], object]
    # Why the second cannot take them from the first, as a sentence; empty where they can.
    refusal: Callable[[QuerySet[Any], AbstractUser, AbstractUser], str] = lambda _rows, _giver, _taker: ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One feature, as the shell sees it. Whatever is left out, the feature does not have."""

    # The module of its addresses, which are taken into the portal's as they stand.
    urls: str
    # First segments of addresses that no category may take, beside those of `urls`.
    reserved_words: frozenset[str] = frozenset()
    # Of those, the ones that the first segment of a page's address may take.
    page_words: frozenset[str] = frozenset()
    # Answers at an address that no route names and no row of the news has; None where it has nothing there either.
    answer: Callable[[HttpRequest], HttpResponse | None] | None = None
    # Query parameters its public pages read; the page cache leaves out any other.
    parameters: frozenset[str] = frozenset()
    # By the name that stands in their address; made for a commune.
    sitemaps: Mapping[str, Callable[[Commune], Sitemap[Any]]] = field(default_factory=dict)
    # What the statistics call a page that exists once: key → (title, name of its URL).
    single_pages: Mapping[str, tuple[str | Promise, str]] = field(default_factory=dict)
    # The same for pages with a row of their own, whose keys are `kind:id`: kind → reader.
    page_titles: Mapping[str, TitleReader] = field(default_factory=dict)
    # What a new portal's groups may do: name of the group → permissions, without the app's label.
    rights: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # Of all its permissions, those whose holders need a second factor, without the app's label.
    guarded: frozenset[str] = frozenset()
    # Names of the URLs before which a password or code is asked once more.
    confirmed: frozenset[str] = frozenset()
    # What waits for a person, where they work now, at a moment: the lists that hold something.
    piles: Callable[[AbstractUser, datetime], list[Pile]] = lambda _user, _at: []
    # What a new portal needs of it, for somebody who sets it up.
    first_steps: Callable[[AbstractUser], list[FirstStep]] = lambda _user: []
    # What a person may do every day.
    errands: Callable[[AbstractUser], list[Errand]] = lambda _user: []
    # Names of the URLs to which staff send files: they take more than text.
    uploads: frozenset[str] = frozenset()
    # Names of those whose POST may be sent twice without harm: it is tried again when the database was away.
    repeatable: frozenset[str] = frozenset()
    # Names of those that search engines leave alone, with all that stands below them.
    unsearched: Sequence[str] = ()
    # What it adds to the search page of a commune for the words of a citizen; the articles have the page itself.
    search: Callable[[str, Commune], Finds] | None = None
    # The same for the words as the search has understood them (`search.reading.Reading`).
    search_as_read: Callable[[Any, Commune], Finds] | None = None
    # What must happen by itself.
    tasks: Sequence[Task] = ()
    # What it keeps about people.
    personal_data: Sequence[Holding] = ()
    # What it adds to the form of a person: dotted names of inlines of the admin, for the commune one works for.
    of_person: Sequence[str] = ()
    # What a person who leaves hands over.
    open_work: Sequence[OpenWork] = ()
    # What of it shows a file of the library, as a person may see it; everything for nobody (None).
    uses: Callable[[Model, AbstractBaseUser | None], list[Row]] = lambda _file, _reader: []
    # How often pages were opened in the last 30 days: (commune, keys of pages) → views by key; who counts them.
    readings: Callable[[Commune, Sequence[str]], dict[str, int]] | None = None
    # What it shows on the home page, in the order of a new portal.
    home_blocks: Sequence[HomeBlock] = ()
    # Addresses of other servers that its pages lead to, for the check at night: (address, title, where staff mend it).
    outgoing: Callable[[Commune], list[tuple[str, str, str]]] = lambda _commune: []
    # Whether a citizen finds something at a path of the commune (its number) that one of its patterns matched.
    opens: Callable[[str, ResolverMatch, int], bool] = lambda _path, _match, _commune: True
    # The pages that menus and the site map of a commune may lead to.
    menu_targets: Callable[[Commune], list[MenuTarget]] = lambda _commune: []


def sections() -> dict[str, Section]:
    """The sections by app, in the order of FEATURES."""
    return {app: import_module(f"{app}.section").SECTION for app in settings.FEATURES}


def menu_targets(commune: Commune) -> dict[str, list[MenuTarget]]:
    """What menus and the site map may lead to, by heading; first what stands under none."""
    groups: dict[str, list[MenuTarget]] = {"": []}
    for section in sections().values():
        for target in section.menu_targets(commune):
            groups.setdefault(str(target.group), []).append(target)
    return groups


def holdings() -> list[Holding]:
    """What the portal keeps about people: of citizens first."""
    found = [holding for section in sections().values() for holding in section.personal_data]
    return sorted(found, key=lambda holding: not holding.is_of_citizens)


def has_page(path: str, commune: int) -> bool:
    """Whether a citizen finds a page at `path` of the portal of the commune with this number; nothing is asked over HTTP."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    section = sections().get(match.app_names[0]) if match.app_names else None
    return section is None or section.opens(path, match, commune)


def found_elsewhere(reading: Any, texts: Sequence[str], commune: Commune) -> list[Finds]:
    """What the sections add to a search in a commune; kinds without an answer are left out.

    The first of `texts` is what was looked for, the others mean the same: a kind that knows nothing of one is asked
    for the next. `reading` is what the search understood of them.
    """
    found: list[Finds] = []
    for section in sections().values():
        kinds: Iterable[Finds] = ()
        if section.search_as_read:
            kinds = [section.search_as_read(reading, commune)]
        elif section.search:
            kinds = (section.search(text, commune) for text in texts)
        found += filter(None, [next((kind for kind in kinds if kind.pages), None)])
    return found


def public_parameters() -> frozenset[str]:
    """The query parameters that public pages read."""
    return frozenset().union(*(section.parameters for section in sections().values()))


def answered_elsewhere(request: HttpRequest) -> HttpResponse | None:
    """What a section has at an address that no route names; None where nobody has anything."""
    for section in sections().values():
        if section.answer and (response := section.answer(request)):
            return response
    return None


def readings_of(commune: Commune, keys: Sequence[str]) -> dict[str, int]:
    """How often citizens opened the pages with these keys ("article:12") in the last 30 days; empty where nobody counts."""
    for section in sections().values():
        if section.readings:
            return section.readings(commune, keys)
    return {}


def reserved_for_pages() -> frozenset[str]:
    """As `reserved_words`, without those that pages may take."""
    return reserved_words() - frozenset().union(*(section.page_words for section in sections().values()))


def reserved_words() -> frozenset[str]:
    """First segments of addresses that belong to the portal itself."""
    words = set().union(*(section.reserved_words for section in sections().values()))
    return frozenset(words | {segment for route in _routes(get_resolver()) if (segment := _first_segment(route))})


def _routes(resolver: URLResolver) -> Iterator[str]:
    """The routes of all addresses at the root of the portal; of those below a prefix, the prefix."""
    for pattern in resolver.url_patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLPattern) or route:
            yield route.removeprefix("^")
        else:
            yield from _routes(pattern)


def _first_segment(route: str) -> str:
    """`binh-chon/<int:pk>/` → binh-chon; `robots.txt` → robots, as a slug has no dot; nothing when it varies."""
    segment = route.partition("/")[0].partition(".")[0].partition("\\")[0]
    return "" if "<" in segment or "(" in segment else segment
