"""Asking another server whether an address still answers, without being led into a closed network.

An article may hold any address, and whoever owns a name may point it at 127.0.0.1. So the name is
resolved first, every address it has must be public, and the connection goes to the address that was
checked; a redirect is checked the same way. With the standard library alone: HTTP clients resolve
names themselves, where nothing can be checked in between.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from news.models import Problem

TIMEOUT = 10  # seconds without a byte
PATIENCE = 25  # seconds for the head of one answer, however slowly it drips
MAX_REDIRECTS = 5
MAX_IPS = 2  # of one name that are tried: a dead server with twenty addresses must not hold the run
AGENT = "Mozilla/5.0 (compatible; CongLinkCheck/1.0)"
REDIRECTS = {301, 302, 303, 307, 308}
# Many servers turn programs away, or ask them to slow down: the page may well be there.
ANSWERS_PEOPLE_ONLY = {401, 403, 405, 406, 429, 503, 999}
# IPv6 addresses that hold an IPv4 address, which may be a private one: compatible (::/96) and SIIT (RFC 2765),
# NAT64 (RFC 6052, RFC 8215), Teredo and 6to4. ISATAP holds one in the last half of any network.
_TRANSLATED = [
    ipaddress.ip_network(network)
    for network in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
]
_ISATAP = {0x0000_5EFE, 0x0200_5EFE}
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # all that is given out so far
_NO_HOSTS = [ipaddress.ip_network(network) for network in ("192.88.99.0/24", "3fff::/20", "5f00::/16")]

MayReach = Callable[[str], bool]


class PrivateAddressError(Exception):
    """The name leads to an address that is not public."""


@dataclass(frozen=True)
class Outcome:
    """What was found: a problem, or "" when the address answers, and the number of the answer."""

    problem: str = ""
    status: int | None = None


def is_public(address: str) -> bool:
    """Whether the IP address is one of the open internet: not private, loopback, link-local, shared or reserved."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6:
        if ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        elif ip not in _GLOBAL_UNICAST or _holds_ipv4(ip):
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _NO_HOSTS)


def _holds_ipv4(ip: ipaddress.IPv6Address) -> bool:
    return any(ip in network for network in _TRANSLATED) or int(ip) >> 32 & 0xFFFF_FFFF in _ISATAP


def fetch(address: str, may_reach: MayReach = is_public) -> Outcome:
    """Ask for `address`, following redirects. `may_reach` decides on every IP address before it is spoken to."""
    for _hop in range(MAX_REDIRECTS + 1):
        try:
            status, location = _ask(address, may_reach)
        except PrivateAddressError:
            return Outcome(Problem.PRIVATE)
        except socket.gaierror:
            return Outcome(Problem.UNKNOWN)
        except ssl.SSLCertVerificationError:
            return Outcome(Problem.CERTIFICATE)
        except (ValueError, http.client.InvalidURL):
            return Outcome(Problem.MALFORMED)
        except (OSError, http.client.HTTPException):
            return Outcome(Problem.SILENT)
        if status in REDIRECTS and location:
            address = urljoin(address, location)
            continue
        return _judge(status)
    return Outcome(Problem.CIRCLE)


def _judge(status: int) -> Outcome:
    if status < 400 or status in ANSWERS_PEOPLE_ONLY:
        return Outcome("", status)
    return Outcome(Problem.MISSING if status in {404, 410} else Problem.ERROR, status)


def _ask(address: str, may_reach: MayReach) -> tuple[int, str | None]:
    """(status, Location) of the answer: to HEAD, and to GET when HEAD is not understood."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(address)
    host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = list(dict.fromkeys(sockaddr[0] for *_rest, sockaddr in found))
    if not all(may_reach(ip) for ip in ips):
        raise PrivateAddressError(host)
    target = quote(parts.path or "/", safe="/%:=&~+!$,;'@()*") + (
        f"?{quote(parts.query, safe='/%:=&?~+!$,;@()*[]')}" if parts.query else ""
    )
    connection = _PinnedConnection(host, port, ips[:MAX_IPS], is_secure=parts.scheme == "https")
    with suppress(http.client.HTTPException, ConnectionError):
        status, location = connection.head_of("HEAD", target)
        if status < 400:
            return status, location
    return connection.head_of("GET", target)


class _PinnedConnection(http.client.HTTPConnection):
    """Speaks to one of the checked addresses, whatever the name resolves to a moment later."""

    def __init__(self, host: str, port: int, ips: list[str], *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.ips = ips
        self.tls = ssl.create_default_context() if is_secure else None
        self.default_port = 443 if is_secure else 80

    def connect(self) -> None:
        problem: OSError | None = None
        for ip in self.ips:
            try:
                self.sock = socket.create_connection((ip, self.port), self.timeout)
            except OSError as error:
                problem = error
            else:
                break
        else:
            raise problem or OSError(self.host)
        if self.tls:
            self.sock = self.tls.wrap_socket(self.sock, server_hostname=self.host)

    def head_of(self, method: str, target: str) -> tuple[int, str | None]:
        """Ask and read the head of the answer; its body is left alone."""
        watch = threading.Timer(PATIENCE, self._hang_up)
        watch.daemon = True
        watch.start()
        try:
            self.request(method, target, headers={"User-Agent": AGENT, "Accept": "*/*", "Connection": "close"})
            answer = self.getresponse()
            return answer.status, answer.headers.get("Location")
        finally:
            watch.cancel()
            self.close()

    def _hang_up(self) -> None:
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)
