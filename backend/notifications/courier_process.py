"""The process that `courier` starts: one order as JSON on its input, one answer on its output.

Before the URL is looked at, a hook of the interpreter is laid under all that runs here: each
connection is refused unless its very address is a public one, or in a network that the operator
allows; programs can't be started, nothing is sent past a connection. So a name that turns elsewhere
leads nowhere, and no redirect is followed. Without TLS only those networks are reached.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Sequence
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from backend.web.addresses import Network, is_public, is_within

REFUSED_EVENTS = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "pty.spawn",
        "socket.sendmsg",
        "socket.sendto",
        "subprocess.Popen",
    }
)
SHORTEST_SECRET = 4  # characters; what is shorter says nothing


class LeadsInside(PermissionError):
    """The operator has not allowed to go there."""


def hold(may_go: Callable[[str], bool], refused: list[str]) -> None:
    """From here on, no connection but where one may go. What was refused is kept in `refused`."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in REFUSED_EVENTS:
            refused.append(event)
            raise LeadsInside(event)
        if event == "socket.connect":
            address = args[1]
            host = str(address[0]) if isinstance(address, tuple) else "a socket of this machine"
            if not isinstance(address, tuple) or not may_go(host.partition("%")[0]):
                refused.append(host)
                raise LeadsInside(host)

    sys.addaudithook(hook)


def gate(
    allowed: Sequence[Network], *, is_public_too: bool, is_anywhere: bool
) -> Callable[[str], bool]:
    """Which addresses one may go to."""

    def may_go(host: str) -> bool:
        try:
            within = is_anywhere or is_within(host, allowed)
            return within or (is_public_too and is_public(host))
        except ValueError:
            return False

    return may_go


def without_secrets(text: str, url: str) -> str:
    """What a service said, without what only the URL's owner may know. The name of a host is none
    of that; where a URL has a key in its place, it has no dot."""
    parts = set(re.split(r"[/:@?&=,#+]", url.partition("://")[2]))
    host = urlsplit(url).hostname or ""
    secret = parts - ({host} if "." in host else set())
    for part in sorted((part for part in secret if len(part) >= SHORTEST_SECRET), key=len)[::-1]:
        text = text.replace(part, "…")
    return text.rstrip(".")


class _Said(logging.Handler):
    """Keeps the last thing that Apprise complained of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()


def main() -> None:
    order = json.load(sys.stdin)
    said = _Said()
    logging.getLogger("apprise").addHandler(said)
    logging.getLogger("apprise").propagate = False
    answer = _answer(order, said)
    json.dump(answer, sys.stdout)


def _answer(order: dict[str, Any], said: _Said) -> dict[str, Any]:
    from apprise import Apprise, AppriseAsset, NotifyFormat

    asset = AppriseAsset(app_id="Likewise", app_desc="Likewise", secure_logging=True)
    asset.http_redirects = False
    Apprise.instantiate("json://localhost", asset=asset)  # all services are imported by now
    refused: list[str] = []
    may_go = gate(
        [ip_network(each) for each in order.get("allowed", ())],
        is_public_too=order.get("is_public", False),
        is_anywhere=order.get("is_anywhere", False),
    )
    hold(may_go, refused)
    service: Any = Apprise.instantiate(order["url"], asset=asset, suppress_exceptions=True)
    if service is None:
        return {"said": "the service can’t make sense of this URL"}
    if order["do"] == "show":
        return {"shown": service.url(privacy=True).partition("?")[0]}
    if order["id"] is not None:
        service.headers["X-Notification-Id"] = order["id"]
    is_sent = service.notify(
        title=order["title"], body=order["body"], body_format=NotifyFormat.TEXT
    )
    if is_sent:
        return {"is_sent": True}
    if refused:
        return {
            "said": f"{refused[0]} is not an address that the studio may call. Name one of the "
            "public internet that speaks TLS, or have the operator add its network to "
            "LIKEWISE_OUTGOING_NETWORKS"
        }
    return {"said": without_secrets(said.last, order["url"])}


if __name__ == "__main__":
    main()
