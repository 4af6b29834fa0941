"""Passwords: which are taken, and how they are kept.

argon2id by RFC 9106's second recommended option (64 MiB, 3 passes, 4 lanes). At most four hashes
are made at once, so that many people at the door can't use up the memory.
"""

import re
import threading
import unicodedata
from functools import cache
from itertools import product

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from backend.problems import ROOT, Invalid, Pointer, Problem

SHORTEST, LONGEST = 8, 256

_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4, type=Type.ID)
_AT_ONCE = threading.BoundedSemaphore(4)

_WORDS = (
    "password passwort passwd passphrase secret welcome willkommen letmein login admin "
    "administrator root user guest test default changeme trustno iloveyou monkey dragon princess "
    "sunshine football baseball superman batman shadow master hello freedom whatever starwars "
    "computer internet summer winter spring autumn likewise studio training embedding"
).split()
_ROWS = ("1234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1q2w3e4r5t")
_LOOKALIKES = str.maketrans("013457@$!|", "oleastasil")


def hashed(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(_plain(password))


def fits(password: str, password_hash: str | None) -> bool:
    """Is it the password? Takes as long where there is none to compare with."""
    nobodys = _nobodys()  # made at the first question, whomever it is about
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or nobodys, _plain(password))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Was it made by weaker settings than today's?"""
    return _HASHER.check_needs_rehash(password_hash)


def check(password: str, *about: str, at: Pointer = ROOT / "password") -> None:
    """Raises Invalid for one that is too short, too long, or among the first that anybody tries;
    `about` is the person's own name and address."""
    why = _weakness(password, about)
    if why is not None:
        raise Invalid(
            Problem(
                code="weak_password",
                title="Choose another password",
                detail=f"{why} Three or four words that have nothing to do with each other "
                "are easy to remember and hard to guess.",
                at=at,
            )
        )


def _weakness(password: str, about: tuple[str, ...]) -> str | None:
    if len(password) < SHORTEST:
        return f"It has {len(password)} characters; at least {SHORTEST} are needed."
    if len(password) > LONGEST:
        return f"It has {len(password)} characters; at most {LONGEST} are taken."
    if _is_common(password.casefold(), about):
        return "It is one of the first that anybody would try."
    return None


def _is_common(password: str, about: tuple[str, ...]) -> bool:
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)
    own = {part.casefold() for text in about for part in (text, *re.split(r"[\W_]+", text))}
    guessed = {*_WORDS, *own}
    spelled = {core, core.translate(_LOOKALIKES), password.translate(_LOOKALIKES), password}
    return bool(spelled & guessed) or len(set(password)) < 4 or _is_a_walk(password)


def _is_a_walk(password: str) -> bool:
    """Along a row of keys or the alphabet, forwards or backwards, or one piece again and again."""
    row_words = (row[:n] for row, n in product(_steps(), range(4, 11)) if n <= len(row))
    repeated = re.fullmatch(r"(.{1,6}?)\1+", password)
    left = password if repeated is None else repeated[1]
    for word in sorted(row_words, key=len, reverse=True):
        left = left.replace(word, "")
    return repeated is not None or len(left) < 4


@cache
def _steps() -> tuple[str, ...]:
    rows = (*_ROWS, "abcdefghijklmnopqrstuvwxyz", "0123456789")
    every = {row[at:] for row in rows for at in range(len(row) - 3)}
    return tuple(every | {row[::-1][at:] for row in rows for at in range(len(row) - 3)})


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


def _plain(password: str) -> str:
    """The same password, on whichever keyboard its accents were typed."""
    return unicodedata.normalize("NFC", password)
