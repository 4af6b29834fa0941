"""Secrets that we hand out once: random texts, of which we keep the SHA-256 alone.

A plain hash will do: nobody guesses 160 random bits or more, so there is nothing to slow down.
"""

import hashlib
import secrets
import string

BASE62 = string.digits + string.ascii_letters

SESSION_LETTERS = 43  # 256 bits
TOKEN_LETTERS = 32  # 190 bits
TOKEN_PREFIX = "lw_"  # so that scanners of code find one that was left lying about


def new_secret(letters: int, prefix: str = "") -> str:
    return prefix + "".join(secrets.choice(BASE62) for _ in range(letters))


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
