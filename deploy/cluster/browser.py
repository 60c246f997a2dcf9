"""A browser as far as the load needs one: cookies, forms as pages hold them, one connection that is kept."""

from __future__ import annotations

import http.client
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from deploy.cluster.cluster import UNVERIFIED

AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
TIMEOUT = 20  # seconds; whoever waits longer has gone


class Answer(NamedTuple):
    """What came back; status 0 where nothing did."""

    status: int
    body: str
    location: str
    cache: str  # what nginx says of its cache: HIT, MISS, STALE …


class Browser:
    """One reader. `source` is the address it comes from: one of 127.0.0.0/8 stands for a network of its own."""

    def __init__(self, address: str, source: str = "127.0.0.1") -> None:
        self.origin = address
        self._host = urlsplit(address).netloc
        self._source = source
        self._cookies: dict[str, str] = {}
        self._connection: http.client.HTTPSConnection | None = None

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._send("GET", path, None, {})

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        """Send a form as the page at `path` does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{self.origin}{path}"}
        return self._send("POST", path, urlencode(fields).encode(), headers)

    def beacon(self, text: str) -> Answer:
        """What the page's script sends when a page is opened."""
        return self._send("POST", "/nhip/", text.encode(), {"Content-Type": "text/plain"})

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        headers |= {"User-Agent": AGENT, "Host": self._host}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if method == "POST":
            headers |= {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        try:
            if self._connection is None:
                _host, _, port = self._host.partition(":")
                self._connection = http.client.HTTPSConnection(
                    "127.0.0.1", int(port), timeout=TIMEOUT, context=UNVERIFIED, source_address=(self._source, 0)
                )
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.close()
            return Answer(0, "", "", "")
        for value in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: held.value for name, held in SimpleCookie(value).items()}
        if response.will_close:
            self.close()
        return Answer(response.status, text, response.getheader("Location", ""), response.getheader("X-Cache", ""))


def form_of(html: str, mark: str) -> list[tuple[str, str]]:
    """The fields of the form that has a field named `mark`, as they stand in the page; empty when there is none."""
    reader = _Forms()
    reader.feed(html)
    return next((form for form in reader.forms if any(name == mark for name, _ in form)), [])


class _Forms(HTMLParser):
    """Reads what a browser would send: no buttons, no files, and of boxes what is ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self._select = ""
        self._text: list[str] | None = None
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append([])
        if not self.forms:
            return
        name, kind = held.get("name", ""), held.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "button", "file", "image", "reset"):
            if kind not in ("radio", "checkbox") or "checked" in held:
                self.forms[-1].append((name, held.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in held:
            self.forms[-1].append((self._select, held.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = name, []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea" and self._text is not None and self.forms:
            self.forms[-1].append((self._area, "".join(self._text).removeprefix("\n")))
            self._text = None
