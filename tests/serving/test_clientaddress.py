"""Whose address a request is counted under."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.clientaddress import NAT64, UNKNOWN, client_address, client_network

PROXY = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
addresses = st.ip_addresses().filter(
    lambda address: address not in NAT64 and not any(address in network for network in PROXY)
)


def address_of(remote: str, forwarded: str | None = None, trusted=PROXY) -> str:
    meta = {"REMOTE_ADDR": remote} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})
    return str(client_address(meta, trusted))


@pytest.mark.parametrize("trusted", [[], PROXY])
def test_a_forged_header_changes_nothing_without_a_trusted_proxy(trusted):
    assert address_of("203.0.113.9", "198.51.100.1, 10.0.0.1", trusted) == "203.0.113.9"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("198.51.100.1:4711", "198.51.100.1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("64:ff9b::198.51.100.1", "198.51.100.1"),
        (" 198.51.100.1 ", "198.51.100.1"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("_hidden, 10.0.0.2", "10.0.0.2"),
        ("6.6.6.6, , 10.0.0.2", "10.0.0.2"),
        ("6.6.6.6, 999.1.1.1", "10.0.0.1"),
    ],
)
def test_reads_the_header_from_the_right_behind_a_trusted_proxy(forwarded, expected):
    assert address_of("10.0.0.1", forwarded) == expected


@pytest.mark.parametrize("remote", ["", "unix:", "nonsense"])
def test_an_unknown_peer_is_one_shared_identity(remote):
    assert address_of(remote, "198.51.100.1") == str(UNKNOWN)


def test_a_proxy_on_a_unix_socket_can_be_trusted():
    assert address_of("", "198.51.100.1", [ip_network("0.0.0.0")]) == "198.51.100.1"


def test_a_mapped_peer_is_trusted_like_its_plain_address():
    assert address_of("::ffff:10.0.0.1", "198.51.100.1") == "198.51.100.1"


def test_the_setting_is_the_default(settings):
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]

    address = client_address({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"})

    assert str(address) == "198.51.100.1"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_household_is_an_ipv4_address_or_an_ipv6_64(address, network):
    assert str(client_network(ip_address(address))) == network


def test_a_scoped_address_is_the_address_without_its_scope():
    assert address_of("10.0.0.1", "fe80::1%eth0") == "fe80::1"


@given(st.text(), addresses)
def test_whatever_a_client_sends_the_proxy_s_word_stands(sent, address):
    assert address_of("10.0.0.1", f"{sent}, {address}") == str(getattr(address, "ipv4_mapped", None) or address)


@given(st.text(), addresses)
def test_no_header_moves_a_client_that_is_no_proxy(sent, address):
    assert address_of(str(address), sent) == str(getattr(address, "ipv4_mapped", None) or address)
