"""The address a request really comes from, believed only as far as configured proxies reach.

Anyone can write an X-Forwarded-For header, so it is read from the right, and only while the
hop that wrote the entry is one of `settings.TRUSTED_PROXIES` (RFC 7239, section 8.1, gives the
reasons). Without trusted proxies the header is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What a Unix socket or a broken proxy leaves us with: one shared, harmless identity. A proxy that
# connects through a Unix socket is trusted by listing 0.0.0.0 in TRUSTED_PROXIES.
UNKNOWN = IPv4Address("0.0.0.0")

# Addresses of the moment that each process keeps as it understood them: a reader's page asks every minute.
KEPT = 4096
# Characters; with brackets, port and the name of an interface no address is so long.
LONGEST = 100

# IPv4 clients as an IPv6-only server sees them (RFC 6052): counted as one /64 they would all be one client.
NAT64 = IPv6Network("64:ff9b::/96")


def client_address(meta: Mapping[str, str], trusted: Sequence[Network] | None = None) -> Address:
    """The right-most address of the chain that is not a trusted proxy.

    `meta` is a WSGI environ or `request.META`; `trusted` defaults to the setting. A malformed
    entry ends the walk: the hop that passed it on is the last one known for certain.
    """
    if trusted is None:
        trusted = settings.TRUSTED_PROXIES
    address = _parse(meta.get("REMOTE_ADDR", "")) or UNKNOWN
    if not _is_trusted(address, trusted):
        return address
    for entry in reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        hop = _parse(entry)
        if hop is None:
            return address
        address = hop
        if not _is_trusted(address, trusted):
            return address
    return address


def client_network(address: Address) -> Network:
    """What one household or host holds: the IPv4 address itself, or the IPv6 /64 around it."""
    if isinstance(address, IPv6Address):
        return ip_network((address, 64), strict=False)
    return ip_network(address)


# What a proxy says of the request it passes on; from anybody else it is a claim.
FORWARDED = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_REQUEST_ID")


def believing_proxies(application: Application) -> Application:
    """A WSGI application that hears what the request was to a proxy, scheme and host, from trusted ones alone."""

    def serve(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        claims = [name for name in FORWARDED if name in environ]
        # A page from memory takes microseconds: who asks is looked at only where something is claimed.
        if claims and not _is_trusted(_parse(environ.get("REMOTE_ADDR", "")) or UNKNOWN, settings.TRUSTED_PROXIES):
            for name in claims:
                del environ[name]
        return application(environ, start_response)

    return serve


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _parse(entry: str) -> Address | None:
    """An address as proxies write it: plain, with a port, or bracketed.

    IPv4 inside IPv6 is made plain, and the name of a network interface (fe80::1%eth0) is dropped.
    """
    return _understood(entry) if len(entry) <= LONGEST else None


@lru_cache(maxsize=KEPT)
def _understood(entry: str) -> Address | None:
    entry = entry.strip()
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        address = ip_address(entry.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
        return address.ipv4_mapped or address
    return address
