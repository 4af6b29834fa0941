"""What a provider says of somebody, signed: believed only when every part of it is for us and now.

Sources: OpenID Connect Core 1.0 §3.1.3.7; RFC 8725 (algorithms are ours to choose, not the token's).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519")
"""Signatures by a key that the provider alone has; no `none`, nothing that our secret could sign."""

SKEW_SECONDS = 60
OLDEST_SECONDS = 600


class NotBelieved(Exception):
    """The provider's answer is not what it must be; the text says which part, for the log."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who somebody is at a provider. `subject` is theirs for ever, an address may change hands."""

    issuer: str
    subject: str
    email: str | None  # only one that the provider has verified
    name: str


def checked(
    token: str, keys: Mapping[str, Any], issuer: str, client_id: str, nonce: str, now: float
) -> Identity:
    """Whom the token is of. Raises NotBelieved."""
    from joserfc import jwt  # most studios have no provider, and start sooner without it
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        claims = jwt.decode(token, KeySet.import_key_set(dict(keys)), list(ALGORITHMS)).claims  # type: ignore[arg-type]  # checked inside
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NotBelieved(f"signature: {type(error).__name__}") from error
    _check_claims(claims, issuer, client_id, nonce)
    _check_times(claims, now)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise NotBelieved("sub")
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Identity(
        issuer=issuer,
        subject=subject,
        email=email.strip().lower() if isinstance(email, str) else None,
        name=str(claims.get("name") or claims.get("preferred_username") or "")[:200],
    )


def _check_claims(claims: Mapping[str, Any], issuer: str, client_id: str, nonce: str) -> None:
    if claims.get("iss") != issuer:
        raise NotBelieved("iss")
    said = claims.get("aud")
    audience = said if isinstance(said, list) else [said]
    if client_id not in audience:
        raise NotBelieved("aud")
    if claims.get("azp", client_id) != client_id or (len(audience) > 1 and "azp" not in claims):
        raise NotBelieved("azp")
    if not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise NotBelieved("nonce")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or expires < now - SKEW_SECONDS:
        raise NotBelieved("exp")
    if not isinstance(issued, int | float):
        raise NotBelieved("iat")
    if not now - OLDEST_SECONDS < issued < now + SKEW_SECONDS:
        raise NotBelieved("iat")
