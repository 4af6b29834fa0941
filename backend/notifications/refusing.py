"""What is wrong with a destination, as far as one sees without asking anybody. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from backend.notifications.services import NAMED, PARAMETERS, SERVICES, Service
from backend.problems import Invalid, Pointer, Problem

_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")
LONGEST_ADDRESS = 254


def service_of(url: str) -> Service:
    """The row of the service that a URL names.

    Raises Invalid where it names none that the studio sends to, or more than it may.
    """
    problems = list(_problems(url))
    if problems:
        raise Invalid(*problems)
    return SERVICES[schema_of(url)]


def schema_of(url: str) -> str:
    return url.partition("://")[0].lower()


def checked_address(address: str) -> str:
    """An e-mail address, of one person. Raises Invalid."""
    found = address.strip()
    if len(found) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(found):
        raise Invalid(
            Problem(
                code="wrong_value",
                title="This is no e-mail address",
                detail="Write one address, such as ada@example.org.",
                at=Pointer("/email"),
            )
        )
    return found


def _problems(url: str) -> Iterator[Problem]:
    at = Pointer("/url")
    if schema_of(url) not in SERVICES or "://" not in url:
        yield Problem(
            code="service_refused",
            title="The studio doesn’t send to this service",
            detail=f"The URL must begin with the name of one that it knows: {', '.join(NAMED)}. "
            f"Such as {NAMED['Discord']}.",
            at=at,
        )
        return
    if not url.isprintable() or any(sign.isspace() for sign in url):
        yield Problem(
            code="wrong_value",
            title="This is no URL",
            detail="It has a space or a sign that can’t be seen. Copy it whole, from one line.",
            at=at,
        )
    named = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    for name, value in named:
        if name.lower() not in PARAMETERS or value.lower() == "insecure":
            yield Problem(
                code="parameter_refused",
                title="The studio doesn’t take this part of the URL",
                detail=f"Leave out {name[:40]!r}, after the question mark. These may be there: "
                f"{', '.join(sorted(PARAMETERS))}; and mode must not be insecure.",
                at=at,
            )
