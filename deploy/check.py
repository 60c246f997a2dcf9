"""Look at a portal from outside, as a visitor and a stranger do: `python3 deploy/check.py https://xa.example`.

Needs Python alone. Ends with code 1 when something is wrong.
"""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

PATIENCE = 10  # seconds
LEAST_DAYS = 14  # that a certificate should still be good for
LARGEST_DIFFERENCE = 30  # seconds between the clocks


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float


class Site:
    """The portal at one address."""

    def __init__(self, address: str) -> None:
        self.parts = urlsplit(address if "://" in address else f"https://{address}")
        self.host = self.parts.hostname or ""
        self.is_secure = self.parts.scheme == "https"

    def ask(
        self, path: str, method: str = "GET", *, scheme: str = "", body: bytes | None = None, **headers: str
    ) -> Answer:
        secure = (scheme or self.parts.scheme) == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        port = self.parts.port if (scheme or self.parts.scheme) == self.parts.scheme else None
        connection = kind(self.host, port, timeout=PATIENCE)
        began = time.monotonic()
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        return Answer(response.status, response.headers, content, time.monotonic() - began)


Finding = tuple[bool, str]


def certificate(site: Site) -> Iterator[Finding]:
    if not site.is_secure:
        yield False, "the address is not https: passwords of staff go over the network in the open"
        return
    context = ssl.create_default_context()
    with (
        socket.create_connection((site.host, site.parts.port or 443), PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=site.host) as secure,
    ):
        ends = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
        version = secure.version()
    days = int((ends - time.time()) / 86_400)
    yield days >= LEAST_DAYS, f"certificate: good for another {days} days"
    yield version in ("TLSv1.2", "TLSv1.3"), f"encryption: {version}"
    try:
        plain_answer = site.ask("/", scheme="http")
    except ConnectionRefusedError:
        yield True, "http is closed: who types the name alone may not get here"
        return
    target = plain_answer.headers.get("Location", "")
    yield (
        plain_answer.status in (301, 308) and target.startswith("https://"),
        f"http leads to https: {plain_answer.status} {target}",
    )


def home(site: Site) -> Iterator[Finding]:
    page = site.ask("/", Accept_Encoding="gzip")
    yield page.status == 200, f"home page: {page.status} in {page.seconds:.2f} s"
    yield page.headers.get("Set-Cookie") is None, "the home page sets no cookie"
    yield page.headers.get("Content-Encoding") == "gzip", "pages come compressed"
    control = page.headers.get("Cache-Control", "")
    yield "public" in control and "s-maxage" in control, f"caches may keep it: {control}"
    for name in (
        *("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options"),
        *("Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"),
    ):
        yield page.headers.get(name) is not None, f"{name}: {page.headers.get(name)}"
    if site.is_secure:
        said = page.headers.get("Strict-Transport-Security", "missing (HTTPS=true sets it)")
        yield said.startswith("max-age"), f"Strict-Transport-Security: {said}"
    again = site.ask("/", Accept_Encoding="gzip", If_None_Match=page.headers.get("ETag", '"none"'))
    yield again.status in (200, 304), f"asked again with its ETag: {again.status}"
    body = gzip.decompress(page.body) if page.headers.get("Content-Encoding") == "gzip" else page.body
    styles = body.partition(b'rel="stylesheet"')[2] or body.partition(b".css")[0][-400:]
    start = styles.find(b"/static/")
    path = styles[start : start + 200].split(b'"')[0].decode() if start >= 0 else "/static/"
    style = site.ask(path)
    yield (
        style.status == 200 and "immutable" in style.headers.get("Cache-Control", ""),
        f"static files: {style.status}, {style.headers.get('Cache-Control')}",
    )


def clock(site: Site) -> Iterator[Finding]:
    shown = parsedate_to_datetime(site.ask("/robots.txt").headers["Date"]).timestamp()
    difference = abs(shown - time.time())
    yield difference < LARGEST_DIFFERENCE, f"its clock and this machine's differ by {difference:.0f} s"


def health(site: Site) -> Iterator[Finding]:
    for path in ("/healthz/live", "/healthz/ready"):
        answer = site.ask(path)
        # A proxy may keep these to itself.
        text = (
            "closed to the world" if answer.status in (403, 404) else answer.body.decode(errors="replace").strip()[:200]
        )
        yield answer.status in (200, 403, 404), f"{path}: {answer.status}, {text}"


def strangers(site: Site) -> Iterator[Finding]:
    login = site.ask("/quan-tri/login/")
    yield login.status == 200, f"sign-in page: {login.status}"
    cookies = login.headers.get_all("Set-Cookie") or []
    is_guarded = all("SameSite" in cookie and ("Secure" in cookie or not site.is_secure) for cookie in cookies)
    yield is_guarded, f"its {len(cookies)} cookies are SameSite{' and Secure' if site.is_secure else ''}"
    forged = site.ask("/", Host="forged.example")
    yield forged.status in (400, 404, 421, 444) or forged.status >= 300, f"another host's name: {forged.status}"
    large = site.ask("/", "POST", Content_Length="70000000")
    yield large.status in (405, 411, 413), f"a body of 70 MB: {large.status}"


def beacon(site: Site) -> Iterator[Finding]:
    origin = f"{site.parts.scheme}://{site.parts.netloc}"
    answer = site.ask("/nhip/", "POST", body=b'{"kind": "view", "path": "/"}', Origin=origin, Sec_GPC="1")
    try:
        online = json.loads(answer.body)["online"]
    except (ValueError, KeyError, TypeError):
        online = "nothing"
    yield answer.status == 200, f"people online are counted: {answer.status}, {online} now"


CHECKS: tuple[Callable[[Site], Iterator[Finding]], ...] = (certificate, home, clock, health, strangers, beacon)


def _found(check: Callable[[Site], Iterator[Finding]], site: Site) -> Iterator[Finding]:
    try:
        yield from check(site)
    except (OSError, http.client.HTTPException, KeyError, ValueError) as error:
        yield False, f"{check.__name__}: {type(error).__name__}: {error}"


def main(address: str) -> int:
    site = Site(address)
    wrong = 0
    for check in CHECKS:
        for is_good, text in _found(check, site):
            wrong += not is_good
            sys.stdout.write(f"{'good ' if is_good else 'WRONG'}  {text}\n")
    sys.stdout.write(f"{wrong} wrong\n" if wrong else "All good\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say which portal: python3 deploy/check.py https://xa.example")
    sys.exit(main(sys.argv[1]))
