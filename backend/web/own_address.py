"""A request's own address, from its path and query as they came.

Never from `request.url`: that is put together with the Host header, and a hostile one can give it
another path than the one that was routed (CVE-2026-48710).
"""

from urllib.parse import quote

from fastapi import Request


def path_of(request: Request) -> str:
    """Percent-encoded, as a link or a header may hold it."""
    return quote(request.scope["path"], safe="/:@!$&'()*+,;=~")


def query_of(request: Request) -> str:
    """As it came, without the question mark; empty where there is none."""
    query: bytes = request.scope["query_string"]
    return query.decode("latin-1")


def address_of(request: Request) -> str:
    """Path and query together, as a link within the studio."""
    query = query_of(request)
    return f"{path_of(request)}?{query}" if query else path_of(request)
