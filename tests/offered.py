"""What a page offers: its links, and its forms as a browser without JavaScript would send them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from richtext.markup import START, TEXT, tokens
from tests.asking import AskerWithCookies

_SENDS = {"submit", "image"}
_NEVER_SENT = {"button", "reset", "file"}

ANSWER = "Trả lời của người kiểm tra."
MOMENT = {"at_0": "01/01/2036", "at_1": "8:00 SA"}


@dataclass
class Button:
    """A button that sends a form; `name` is empty for one that says nothing of itself."""

    name: str
    value: str
    words: str
    action: str | None


@dataclass
class Form:
    """One form of a page: where it goes, what it holds now, and the buttons that send it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    kinds: dict[str, str] = field(default_factory=dict)

    def filled(self, **answers: str) -> dict[str, list[str]]:
        """The fields by name, with `answers` in place of what they hold."""
        data: dict[str, list[str]] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        return data | {name: [value] for name, value in answers.items()}

    def press(self, client: Client, button: Button | None = None, **answers: str) -> HttpResponse:
        """Send the form as the page does when `button` is pressed."""
        data = self.filled(**answers)
        if button and button.name:
            data.setdefault(button.name, []).append(button.value)
        action = (button and button.action) or self.action
        return client.post(action, data) if self.method == "post" else client.get(action, data)


@dataclass
class Page:
    """The links and forms of a page, with addresses as seen from `address`."""

    links: list[tuple[str, str]]
    forms: list[Form]


def read_page(html: str, address: str) -> Page:
    """Read the page that was found at `address`."""
    reader = _Reader(address)
    for token in tokens(html):
        if token.type is TEXT:
            reader.data(token.value)
        elif token.type is START:
            reader.begin(token.value, token.attributes)
        else:
            reader.end(token.value)
    return reader.page()


class _Reader:
    def __init__(self, address: str) -> None:
        self.address = address
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        # Fields that name a form by its id may stand before it.
        self.waiting: list[tuple[str, str, object]] = []
        self.open_form: Form | None = None
        self.select: dict[str, object] | None = None
        self.option: dict[str, object] | None = None
        self.textarea: dict[str, object] | None = None
        self.button: tuple[Button, str | None] | None = None
        self.link: list[str] | None = None
        self.skipped = 0

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        held = {name: value or "" for name, value in attributes.items()}
        if tag in {"template", "noscript"}:
            self.skipped += 1
        if self.skipped:
            return
        if tag == "a" and held.get("href"):
            self.link = [urljoin(self.address, held["href"]), ""]
        elif tag == "iframe" and held.get("src"):
            self.links.append((urljoin(self.address, held["src"]), held.get("title", "")))
        elif tag == "form":
            self.open_form = Form(urljoin(self.address, held.get("action", "")), held.get("method", "get").lower())
            self.forms.append(self.open_form)
            self.by_id[held.get("id", "")] = self.open_form
        elif "disabled" in held:
            return
        elif tag == "input":
            self._input(held)
        elif tag == "select":
            self.select = held | {"options": [], "multiple": "multiple" in held}
        elif tag == "option" and self.select is not None:
            self.option = held | {"words": "", "chosen": "selected" in held}
            self.select["options"].append(self.option)
        elif tag == "textarea":
            self.textarea = held | {"words": ""}
        elif tag == "button" and held.get("type", "submit") in _SENDS:
            self.button = (self._button(held, ""), held.get("form"))

    def data(self, data: str) -> None:
        if self.textarea is not None:
            self.textarea["words"] += data
        elif self.option is not None:
            self.option["words"] += data
        if self.button is not None:
            self.button[0].words += data
        if self.link is not None:
            self.link[1] += data

    def end(self, tag: str) -> None:
        if tag in {"template", "noscript"}:
            self.skipped -= 1
        elif tag == "a" and self.link is not None:
            self.links.append((self.link[0], self.link[1].strip()))
            self.link = None
        elif tag == "form":
            self.open_form = None
        elif tag == "option":
            self.option = None
        elif tag == "select" and self.select is not None:
            self._close_select(self.select)
            self.select = self.option = None
        elif tag == "textarea" and self.textarea is not None:
            words = str(self.textarea["words"]).removeprefix("\n")
            self._put(self.textarea, words)
            self.textarea = None
        elif tag == "button" and self.button is not None:
            self._give(self.button[1], self.button[0])
            self.button = None

    def page(self) -> Page:
        for form_id, kind, thing in self.waiting:
            getattr(self.by_id[form_id], kind).append(thing)
        return Page(self.links, self.forms)

    def _input(self, held: dict[str, str]) -> None:
        kind = held.get("type", "text").lower()
        if kind in _SENDS:
            self._give(held.get("form"), self._button(held, held.get("value", "")))
        elif kind in {"checkbox", "radio"}:
            if "checked" in held:
                self._put(held, held.get("value", "on"))
        elif kind not in _NEVER_SENT:
            self._put(held, held.get("value", ""), kind)

    def _close_select(self, held: dict[str, object]) -> None:
        options = held["options"]
        chosen = [option for option in options if option["chosen"]]
        if not chosen and not held["multiple"]:
            chosen = options[:1]
        for option in chosen:
            self._put(held, str(option.get("value", option["words"])))

    def _button(self, held: dict[str, str], words: str) -> Button:
        action = urljoin(self.address, held["formaction"]) if "formaction" in held else None
        return Button(held.get("name", ""), held.get("value", ""), words, action)

    def _put(self, held: dict, value: str, kind: str = "") -> None:
        name = str(held.get("name", ""))
        if not name:
            return
        self._give(held.get("form"), (name, value))
        form = self.by_id.get(str(held["form"])) if held.get("form") else self.open_form
        if form:
            form.kinds[name] = kind
            if "required" in held:
                form.required.add(name)

    def _give(self, form_id: str | None, thing: object) -> None:
        kind = "buttons" if isinstance(thing, Button) else "fields"
        if form_id:
            self.waiting.append((form_id, kind, thing))
        elif self.open_form is not None:
            getattr(self.open_form, kind).append(thing)


def path_of(address: str) -> str:
    """The path and query of `address`."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


# --- Pressing ---


@contextmanager
def without_list_of_apps() -> Iterator[None]:
    """The admin's pages without the list of everything there is, which takes a fifth of the time to draw one.

    It stands on all of them alike; tests/portal/test_frame.py opens what it leads to. The desk keeps it.
    """
    listed, desk = admin.site.get_app_list, reverse("admin:index")

    def few(request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        return listed(request, app_label) if app_label or request.path == desk else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(admin.site, "get_app_list", few)
        yield


@contextmanager
def undone() -> Iterator[None]:
    """What is pressed inside leaves no trace in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Visitor:
    """Somebody signed in who opens and presses what the pages under a folder offer."""

    def __init__(self, user) -> None:
        self.client = AskerWithCookies(enforce_csrf_checks=True)
        self.client.force_login(user, backend="communes.work.MembershipBackend")
        # What stands around every page of the admin is pressed by a test of its own, tests/portal/test_frame.py.
        self.frame = {link for link, _words in self.open(reverse("admin:index")).links}
        # Pages outside the folder that were opened: they are the same from wherever they are linked.
        self.opened: set[str] = set()
        self.offered: set[tuple[str, str]] = set()

    def press_everything(self, start: str, state: Callable[[], object] = lambda: None, *, beside: str = "") -> None:
        """Open `start` and every page below it that is linked; press each button of each in the state it found.

        A page that a press leads to is opened once for each `state` that what is worked on can be in. What lies below
        `beside` is pressed, too.
        """
        self.offered = set()
        self.state, self.reached = state, {(start, state())}
        waiting, met = deque([start]), {start}
        while waiting:
            address = waiting.popleft()
            page = self.open(address)
            if page is None:
                continue
            if address == start:
                self.start = page
            for form in page.forms:
                for button in form.buttons:
                    self.press(form, button, address)
            for link, _words in page.links:
                link = link.partition("#")[0]
                if link.startswith((_folder(start), beside or _folder(start))) and link not in met:
                    met.add(link)
                    waiting.append(link)
                elif link not in met and link not in self.frame and link not in self.opened and is_own(link):
                    self.opened.add(link)
                    self.open(link)

    def open(self, address: str) -> Page | None:
        response = self.client.get(address, follow=True)
        # 410 is what citizens get at the address of a withdrawn article.
        assert response.status_code in {200, 410}, (address, response.status_code)
        if response.streaming or not response["Content-Type"].startswith("text/html"):
            return None
        return read_page(response.content.decode(), response.request["PATH_INFO"])

    def press(self, form: Form, button: Button, address: str, depth: int = 0) -> None:
        if form.action.endswith("/logout/"):
            return
        self.offered.add((urlsplit(form.action).path, button.value if button.name == "_step" else ""))
        answers = _answers(form)
        with undone():
            response = form.press(self.client, button, **answers)
            said = (address, form.action, button, response.status_code)
            assert response.status_code in {200, 302}, said
            assert b"errornote" not in response.content, said
            # The list and the desk are the same after every press.
            target = response.get("Location", "")
            here = (target, self.state())
            if response.status_code == 302 and target.partition("?")[0] not in self.frame and here not in self.reached:
                self.reached.add(here)
                answer = self.client.get(target, follow=True)
                assert answer.status_code == 200, (*said, target, answer.status_code)
                # Some steps ask for words or a time: they are given.
                if "/buoc/" in target and not depth:
                    for asked in read_page(answer.content.decode(), target).forms:
                        for send in asked.buttons:
                            self.press(asked, send, target, depth + 1)


def _answers(form: Form) -> dict[str, str]:
    held = dict(form.fields)
    empty = [name for name in form.required if not held.get(name)]
    return {name: MOMENT.get(name, ANSWER) for name in empty}


def _folder(start: str) -> str:
    """All pages of one article lie beside its form: …/article/12/…"""
    return start.rsplit("/", 2)[0] + "/"


def is_own(link: str) -> bool:
    """Whether the portal itself makes the page at `link`."""
    return urlsplit(link).scheme == "" and link.startswith("/") and not link.startswith(("/static/", "/media/"))
