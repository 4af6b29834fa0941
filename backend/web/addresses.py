"""Which addresses are the public internet's. Pure: an address in, a claim out.

What Python calls global is not enough: an IPv6 address may carry an IPv4 one that leads inside
(mapped, NAT64, 6to4), and of IPv6 only 2000::/3 is handed out to anybody.
Sources: RFC 4291 §2.5.5.2, RFC 6052, RFC 3056; IANA's registry of IPv6 address space.
"""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
_LAST_32_BITS = 0xFFFF_FFFF


def is_public(text: str) -> bool:
    """Does this address, and the one that it may carry, belong to the public internet?"""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    carried = _carried(address)
    if carried is not None:
        return is_public(str(carried))
    return address in _UNICAST and address.is_global


def is_within(text: str, networks: Sequence[Network]) -> bool:
    """Is this address, or the one that it is mapped from, in one of these networks?"""
    address = ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return any((mapped or address) in network for network in networks)


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & _LAST_32_BITS)
    return address.ipv4_mapped or address.sixtofour
