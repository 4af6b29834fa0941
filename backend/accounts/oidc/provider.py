"""The provider by which people may sign in: its addresses, the way there, and what it answers.

Authorization code with PKCE (RFC 7636), state and nonce. All requests take the guarded way out.
"""

import hashlib
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from backend.accounts.oidc.id_token import Identity, NotBelieved, checked
from backend.settings import Settings
from backend.web.outgoing import NotReached, Outgoing

_MOST_BYTES = 500_000
_KNOWN_SECONDS = 600.0
_SCOPES = "openid email profile"


@dataclass(frozen=True)
class Attempt:
    """One sign-in that has begun: secrets that only this browser and we know."""

    state: str
    nonce: str
    verifier: str
    next: str


class Provider:
    """Of one issuer. Raises NotReached where it doesn't answer, NotBelieved where it answers what
    it must not."""

    def __init__(self, settings: Settings, way_out: Outgoing) -> None:
        self.issuer = settings.oidc_issuer or ""
        self.name = settings.oidc_name
        self._client_id = settings.oidc_client_id or ""
        self._settings = settings
        self._way_out = way_out
        self._known: tuple[float, Mapping[str, Any]] | None = None

    @property
    def is_there(self) -> bool:
        return bool(self.issuer and self._settings.auth != "none")

    @property
    def _redirect_uri(self) -> str:
        return f"{self._settings.address}/sign-in/oidc/back"

    def address_for(self, attempt: Attempt) -> str:
        """Where the browser is to be led."""
        challenge = urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": _SCOPES,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge.decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        address = self._address("authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def identity(self, code: str, attempt: Attempt) -> Identity:
        """Who came back with this code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "client_id": self._client_id,
            "code_verifier": attempt.verifier,
        }
        told = self._ask(
            "POST",
            self._address("token_endpoint"),
            {"Content-Type": "application/x-www-form-urlencoded", **self._authorization()},
            urlencode(form).encode(),
        )
        token = told.get("id_token")
        if not isinstance(token, str):
            raise NotBelieved("there is no id_token")
        keys = self._ask("GET", self._address("jwks_uri"))
        return checked(token, keys, self.issuer, self._client_id, attempt.nonce, time.time())

    def _authorization(self) -> dict[str, str]:
        """RFC 6749 §2.3.1; nothing for a client without a secret."""
        secret = self._secret()
        if secret is None:
            return {}
        pair = f"{quote(self._client_id, safe='')}:{quote(secret, safe='')}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def _secret(self) -> str | None:
        given, place = self._settings.oidc_client_secret, self._settings.oidc_client_secret_file
        if given is not None:
            return given.get_secret_value()
        return None if place is None else Path(place).read_text(encoding="utf-8").strip()

    def _address(self, name: str) -> str:
        found = self._discovered().get(name)
        if not isinstance(found, str):
            raise NotBelieved(f"its description names no {name}")
        return found

    def _discovered(self) -> Mapping[str, Any]:
        if self._known is None or time.monotonic() - self._known[0] > _KNOWN_SECONDS:
            place = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            told = self._ask("GET", place)
            if told.get("issuer") != self.issuer:
                raise NotBelieved("its description is of another issuer")
            self._known = (time.monotonic(), told)
        return self._known[1]

    def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Mapping[str, Any]:
        answer = self._way_out.send(
            method,
            url,
            headers={"Accept": "application/json", **(headers or {})},
            content=content,
            most_bytes=_MOST_BYTES,
        )
        if answer.status != 200:
            raise NotReached(f"it answered {answer.status}")
        try:
            told = answer.json()
        except ValueError as error:
            raise NotBelieved("its answer is no JSON") from error
        if not isinstance(told, dict):
            raise NotBelieved("its answer is no JSON object")
        return told
