"""Requests to addresses that people name: webhooks, sign-in providers. They never lead inside.

A name is resolved once, where the connection is made; every address that it has must be a public
one, or in a network that the operator allows (LIKEWISE_OUTGOING_NETWORKS), and the connection goes to
exactly that address. So there is nothing between the look and the use in which a name could turn
elsewhere. The host's name stays in the request and in the certificate's check. No redirect is
followed, no proxy asked, and of an answer no more is read than the caller wants.

    NotReached          no answer came, or none that was whole and in time
    └── AddressRefused  it would have led inside, or without TLS over the public internet

Source: OWASP, Server-Side Request Forgery Prevention.
"""

import json
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpcore2
import httpx2
from httpcore2 import SOCKET_OPTION, NetworkBackend, NetworkStream, SyncBackend

from backend.web.addresses import Network, is_public, is_within

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 15.0
"""From the start of the connection to the last byte that is read."""

_PORTS = {"https": 443, "http": 80}
_ALWAYS_SENT = {"User-Agent": "likewise", "Accept-Encoding": "identity"}


class NotReached(Exception):
    """No whole answer came in time; the text says why, and may be shown."""


class AddressRefused(NotReached):
    """The studio doesn't go there: the operator has not allowed it."""


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is no longer than the caller allowed."""

    status: int
    body: bytes = b""

    def json(self) -> Any:
        """Raises ValueError where the body is no JSON."""
        return json.loads(self.body)


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Outgoing:
    """The studio's way out. Safe to share between threads: each request has its own connection."""

    def __init__(
        self,
        allowed: Sequence[Network] = (),
        resolve: Callable[[str, int], Sequence[str]] = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._given_tls = tls

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Reading the certificates takes a while; most studios call nobody as they start."""
        return self._given_tls or ssl.create_default_context()

    def check(self, url: str) -> None:
        """Would a request go there?

        Raises AddressRefused where it would not, NotReached where the name has no address.
        """
        target = _parsed(url)
        self._addresses(target.host.decode(), _port(target), target.scheme == b"http")

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        most_bytes: int = 0,
    ) -> Answer:
        """Send one request and read at most `most_bytes` of the answer's body; 0: none of it.

        Raises AddressRefused where it would lead inside; NotReached where no answer came in time,
        or a longer one.
        """
        target = _parsed(url)
        line = _Line(self, is_plain=target.scheme == b"http")
        pool = httpcore2.ConnectionPool(
            ssl_context=self._tls, max_keepalive_connections=0, network_backend=line
        )
        said = list((_ALWAYS_SENT | dict(headers or {})).items())
        timeouts = dict.fromkeys(("read", "write", "pool"), ANSWER_SECONDS)
        timeouts["connect"] = CONNECT_SECONDS
        try:
            with (
                pool,
                pool.stream(
                    method, target, headers=said, content=content, extensions={"timeout": timeouts}
                ) as response,
            ):
                return Answer(response.status, _read(response, most_bytes))
        except httpcore2.TimeoutException as error:
            raise NotReached(f"no answer came within {ANSWER_SECONDS:g} s") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            raise NotReached(f"the connection failed: {error}") from error

    def connect(self, host: str, port: int, is_plain: bool, timeout: float | None) -> NetworkStream:
        """A connection to the first address of `host` that answers; for the line of a request."""
        addresses = self._addresses(host, port, is_plain)
        for address in addresses[:-1]:
            try:
                return SyncBackend().connect_tcp(address, port, timeout)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return SyncBackend().connect_tcp(addresses[-1], port, timeout)

    def _addresses(self, host: str, port: int, is_plain: bool) -> Sequence[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotReached(f"there is no host called {host}") from error
        for address in addresses:
            is_allowed = is_within(address, self._allowed)
            if not is_allowed and not is_public(address):
                raise AddressRefused(f"{host} is not an address of the public internet")
            if not is_allowed and is_plain:
                raise AddressRefused(f"{host} must be called with https")
        return addresses


class _Line(NetworkBackend):
    """Where the connection of one request is made, and how long all of it may take."""

    def __init__(self, outgoing: Outgoing, *, is_plain: bool) -> None:
        self._outgoing = outgoing
        self._is_plain = is_plain
        self._until = time.monotonic() + ANSWER_SECONDS

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        stream = self._outgoing.connect(host, port, self._is_plain, timeout)
        return _Timed(stream, self._until)


class _Timed(NetworkStream):
    """A stream that ends in time, however slowly the other side drips."""

    def __init__(self, stream: NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._left())
        return _Timed(secured, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _parsed(url: str) -> httpcore2.URL:
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError) as error:
        raise AddressRefused("this is no address") from error
    if parsed.scheme not in _PORTS or not parsed.host:
        raise AddressRefused("an address begins with https:// and the name of a host")
    if parsed.userinfo:
        raise AddressRefused("an address must not hold a name or a password")
    return httpcore2.URL(
        scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path
    )


def _port(target: httpcore2.URL) -> int:
    return target.port or _PORTS[target.scheme.decode()]


def _read(response: httpcore2.Response, most_bytes: int) -> bytes:
    body = b""
    for part in response.iter_stream() if most_bytes else ():
        body += part
        if len(body) > most_bytes:
            raise NotReached(f"the answer is longer than {most_bytes:,} bytes")
    return body
