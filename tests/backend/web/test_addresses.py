"""Which addresses are the public internet's."""

from ipaddress import ip_network

import pytest

from backend.web.addresses import is_public, is_within

INSIDE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",  # carrier-grade NAT
    "127.0.0.1",
    "169.254.169.254",  # where clouds keep their machines' keys
    "172.16.0.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # 127.0.0.1, in the form that IPv6 gave up
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2001:db8::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
    "2002:7f00:1::1",  # 6to4 of 127.0.0.1
    "2002:a9fe:a9fe::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff0e::1",
]

PUBLIC = [
    "1.1.1.1",
    "93.184.215.14",
    "2606:4700:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
    "2002:101:101::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_what_leads_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_everybody_can_reach_is_public(address):
    assert is_public(address)


def test_an_allowed_network_holds_its_addresses_in_their_mapped_form_too():
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    found = [is_within(address, allowed) for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::1")]
    assert found == [True, True, True]
    assert not is_within("10.2.0.1", allowed)
