"""Sending by Apprise, in a process of its own: `courier_process`.

There the address of every connection is looked at, a service that hangs is ended with its process,
and what two hundred services import takes no memory of the server's. The URL goes in by a pipe,
never in arguments or the environment.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from backend.delivering.outbox import CLAIM_SECONDS, Outcome
from backend.notifications.refusing import schema_of
from backend.notifications.services import SERVICES
from backend.problems import Invalid, Pointer, Problem, Refusal
from backend.web.addresses import Network

SEND_SECONDS = CLAIM_SECONDS - 15
"""Whatever is not said by then is ended, before another sender could take the message."""

INSTALL = "pip install 'likewise[notify]'"

_KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "SSL_CERT_DIR")
_KEPT_TOO = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "TZ", "VIRTUAL_ENV")


class NotInstalled(Refusal):
    """503: what sends notifications is not in this studio."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="not_installed",
                title="This studio can’t send notifications yet",
                detail=f"Have the operator install what sends them: {INSTALL}. Then start the "
                "studio again.",
            )
        )


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is to be said; `id` is the same at each try."""

    id: str
    title: str
    body: str


def is_installed() -> bool:
    return importlib.util.find_spec("apprise") is not None


def shown(url: str) -> str:
    """A URL as it may be shown, without its secrets. Slow, but calls nobody.

    Raises NotInstalled; Invalid where the service can't make sense of it.
    """
    if not is_installed():
        raise NotInstalled
    answer = _ask({"do": "show", "url": url})
    if "shown" not in answer:
        raise Invalid(
            Problem(
                code="wrong_value",
                title="This URL isn’t whole",
                detail=f"{SERVICES[schema_of(url)].name} needs more in it than there is. Compare "
                "it with the example.",
                at=Pointer("/url"),
            )
        )
    return str(answer["shown"])[:300]


def send(
    url: str,
    letter: Letter,
    allowed: Sequence[Network] = (),
    *,
    is_operators: bool = False,
    to: str | None = None,
) -> Outcome:
    """Send to what a URL names. Slow. `is_operators`: it may lead anywhere. `to`: the address that
    mail goes to."""
    if not is_installed():
        return Outcome(error=f"the studio lacks what sends it: {INSTALL}")
    service = SERVICES.get(schema_of(url))
    if service is None:
        return Outcome(error="the studio doesn’t send to this service", is_final=True)
    answer = _ask(
        {
            "do": "send",
            "url": url if to is None else _addressed(url, to),
            "id": letter.id if service.takes_headers else None,
            "title": letter.title,
            "body": letter.body,
            "allowed": [str(network) for network in allowed],
            "is_anywhere": is_operators,
            "is_public": service.is_secure,
        }
    )
    if answer.get("is_sent"):
        return Outcome(is_taken=True)
    return Outcome(error=str(answer.get("said") or "it was not taken, and nobody said why"))


def _addressed(url: str, to: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}to={quote(to, safe='')}"


def _ask(order: dict[str, Any]) -> dict[str, Any]:
    arguments = [sys.executable, "-m", "backend.notifications.courier_process"]
    environment = {name: os.environ[name] for name in (*_KEPT, *_KEPT_TOO) if name in os.environ}
    try:
        ended = subprocess.run(
            arguments,
            input=json.dumps(order).encode(),
            capture_output=True,
            check=False,
            timeout=SEND_SECONDS,
            env={**environment, "NETRC": os.devnull},
        )
        answer: dict[str, Any] = json.loads(ended.stdout)
    except subprocess.TimeoutExpired:
        return {"said": f"no answer came within {SEND_SECONDS:g} s"}
    except ValueError:
        return {"said": f"what sends it ended with status {ended.returncode}"}
    return answer
