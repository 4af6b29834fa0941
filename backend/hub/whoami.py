"""Whose token it is, as the Hub says: asked before a token is kept."""

from dataclasses import dataclass
from typing import Any

from backend.hub import errors
from backend.hub.access import Access
from backend.hub.asking import ask_as


@dataclass(frozen=True, kw_only=True)
class Account:
    """`role` is `read`, `write` or `fineGrained`, the Hub's own words."""

    name: str
    role: str


def whoami(access: Access) -> Account:
    """The account behind the token of `access`.

    Raises Offline, Away, and TokenRefused where the Hub knows no such token.
    """
    told = ask_as(access)
    name = told.get("name") if isinstance(told, dict) else None
    if not isinstance(name, str) or not name:
        raise errors.TokenRefused(access)
    return Account(name=name[:200], role=_role(told)[:40])


def _role(told: dict[str, Any]) -> str:
    token = (told.get("auth") or {}).get("accessToken") or {}
    return str(token.get("role") or "unknown")
