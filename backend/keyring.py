"""Secrets at rest: what the database holds of them can't be read without a key that it hasn't.

    row.secret = studio.keyring.seal("whsec_…")     a column `Mapped[Sealed]`
    studio.keyring.open(row.secret)                 "whsec_…"

Several keys may be known: the newest seals, each opens. `likewise keys rotate` finds every column of
this type and seals anew what an older key sealed. Seal before a write transaction, not in it.
"""

from base64 import urlsafe_b64encode
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from backend import key_file
from backend.problems import Problem, Refusal
from backend.settings import SHORTEST_KEY, Settings

_PURPOSE = b"likewise: secrets at rest"


class Sealed(str):
    """A secret that was sealed: no use to whoever reads it without the key."""

    def __repr__(self) -> str:
        return "Sealed(…)"


class SealedText(TypeDecorator[Sealed]):
    """A column of sealed secrets. It takes nothing else, so that none is kept open by mistake."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError("a secret must be sealed before it is kept: studio.keyring.seal(…)")
        return value

    def process_result_value(self, value: str | None, dialect: Any) -> Sealed | None:
        return None if value is None else Sealed(value)


class NoKey(Refusal):
    """503: there is no key to keep a secret under."""

    status = 503

    def __init__(self, detail: str) -> None:
        super().__init__(
            Problem(
                code="no_secret_key", title="Secrets can’t be kept here safely yet", detail=detail
            )
        )


class WrongKey(Refusal):
    """503: a secret was sealed under a key that this studio hasn't got."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="wrong_secret_key",
                title="A secret was sealed under another key",
                detail="None of the keys in LIKEWISE_SECRET_KEY or LIKEWISE_SECRET_KEY_FILE opens "
                "it. Have the operator add the key that was used before, after the newest, and "
                "start the studio again; or enter the secret anew.",
            )
        )


class Keyring:
    """The studio's keys. A key file is read on each use, so that a rotation needs no restart.

    `is_own`: nobody set keys, so the studio makes and rotates them itself.
    """

    def __init__(self, settings: Settings) -> None:
        self._given = settings.secret_key.get_secret_value().split() if settings.secret_key else []
        self._file = settings.secret_key_file or key_file.own_place()
        self._makes_keys = settings.database.startswith("sqlite")  # one machine: all find the file
        self.is_own = not (self._given or settings.secret_key_file)
        self._fernets: dict[str, Fernet] = {}

    def seal(self, secret: str) -> Sealed:
        """Raises NoKey where there is none."""
        newest = self._ring(makes_one=True)[0]
        return Sealed(newest.encrypt(secret.encode()).decode())

    def open(self, sealed: Sealed, seconds: int | None = None) -> str:
        """Raises NoKey where there is none, WrongKey where none of those there fits, or it was
        sealed more than `seconds` ago."""
        try:
            return MultiFernet(self._ring()).decrypt(sealed.encode(), seconds).decode()
        except InvalidToken as error:
            raise WrongKey from error

    def is_of_newest(self, sealed: Sealed) -> bool:
        """Whether the newest key opens it, so that it can do without the others."""
        try:
            self._ring()[0].decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def known(self, makes_one: bool = False) -> list[str]:
        """The newest first. Raises NoKey where there is none, or its file can't be read."""
        if self._given:
            return self._given
        try:
            found = key_file.read(self._file)
            if not found and makes_one and self.is_own and self._makes_keys:
                found = key_file.make(self._file)
        except (OSError, UnicodeDecodeError) as error:
            raise NoKey(
                f"The file of its keys, {self._file}, can't be read or written here: have the "
                "operator mend that, or name another by LIKEWISE_SECRET_KEY_FILE."
            ) from error
        if not found or any(len(key) < SHORTEST_KEY for key in found):
            raise NoKey(
                "Have the operator set LIKEWISE_SECRET_KEY, or LIKEWISE_SECRET_KEY_FILE with a key "
                f"a line, each of {SHORTEST_KEY} characters, and the same for server and workers. "
                "This makes one: openssl rand -hex 32"
            )
        return found

    def replace(self, keys: list[str]) -> None:
        """These keys instead, in the file that is the studio's own; processes heed it at once."""
        key_file.replace(self._file, keys)

    def _ring(self, makes_one: bool = False) -> list[Fernet]:
        return [self._fernet(key) for key in self.known(makes_one)]

    def _fernet(self, key: str) -> Fernet:
        if key not in self._fernets:
            # Whatever an operator took for a key becomes 256 bits that serve this alone.
            derived = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
            self._fernets[key] = Fernet(urlsafe_b64encode(derived))
        return self._fernets[key]
