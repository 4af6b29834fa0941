"""An OpenID provider on this machine, which signs whatever a test wants it to say.

Sources of the routes: OpenID Connect Discovery 1.0, RFC 6749, RFC 7636.
"""

import hashlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.hub_double import Answering

CLIENT_ID, CLIENT_SECRET, CODE = "likewise", "a secret of the client", "the-code"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class Held:
    """`says` replaces claims of the next token (None takes one out). `asked` is the way there."""

    address: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: Any = field(default_factory=lambda: KEY)
    issuer: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    authorization: str | None = None

    def begin(self, location: str) -> dict[str, str]:
        """What a browser that is led here brings."""
        self.asked = {name: value[0] for name, value in parse_qs(urlsplit(location).query).items()}
        return self.asked

    def token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "sub": "subject-1",
            "nonce": self.asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "email": "ada@example.org",
            "email_verified": True,
            "name": "Ada",
        } | self.says
        kept = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        return jwt.encode(header, kept, self.key, [self.algorithm])

    def is_proved(self) -> bool:
        """Does who asks for the token know what the challenge was made of?"""
        digest = hashlib.sha256(self.sent.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        return challenge == self.asked["code_challenge"] and self.sent["code"] == CODE


class _Provider(Answering):
    held: Held

    def do_GET(self) -> None:
        here = self.held.address
        if self.path == "/.well-known/openid-configuration":
            self._answer(
                {
                    "issuer": self.held.issuer or here,
                    "authorization_endpoint": f"{here}/authorize",
                    "token_endpoint": f"{here}/token",
                    "jwks_uri": f"{here}/keys",
                }
            )
        else:
            self._answer({"keys": [KEY.as_dict(private=False)]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.held.sent = {name: value[0] for name, value in parse_qs(body).items()}
        self.held.authorization = self.headers.get("Authorization")
        if self.held.is_proved():
            self._answer({"access_token": "unused", "id_token": self.held.token()})
        else:
            self._answer({"error": "invalid_grant"}, 400)

    def _answer(self, value: object, status: int = 200) -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


OWN_SECRET = OctKey.import_key(CLIENT_SECRET)


@contextmanager
def openid_provider() -> Iterator[Held]:
    held = Held()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Serving", (_Provider,), {"held": held}))
    held.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield held
    server.shutdown()
    server.server_close()
