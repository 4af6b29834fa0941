"""Where a request came from. What a header says of it counts only from a proxy that was named."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope


def client_address(scope: Scope, trusted_proxies: Sequence[str]) -> str:
    """The peer; behind trusted proxies, the last address that none of them has."""
    client = scope.get("client")
    address: str = client[0] if client else ""
    named = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    for before in reversed(named):
        if not _is_in(address, trusted_proxies) or not _is_address(before.strip()):
            break
        address = before.strip()
    return address


def _is_in(address: str, networks: Sequence[str]) -> bool:
    return _is_address(address) and any(
        ip_address(address) in ip_network(network, strict=False) for network in networks
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
