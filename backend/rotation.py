"""Rotation: what an older key sealed is sealed anew by the newest, while the studio runs.

A secret that somebody changes meanwhile is left to them: each is replaced only where it is still
the one that was read. Cut off at any point, nothing is lost, and the next rotation goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Table, and_, select, update
from sqlalchemy.sql.elements import ColumnElement

from backend import key_file
from backend.db import Base, Database
from backend.keyring import Keyring, Sealed, SealedText, WrongKey

_AT_ONCE = 10
"""Secrets in one write transaction: others wait for it."""


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """What became of all secrets. `unreadable` names the columns of those that no key opens."""

    is_new_key: bool
    sealed_anew: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True)
class _Secret:
    table: Table
    column: Column[Sealed]
    row: ColumnElement[bool]
    sealed: Sealed


def rotate(database: Database, keyring: Keyring) -> Rotation:
    """Seal all secrets under the newest key; where the studio keeps its keys itself, under a new
    one. A rotation that was cut off is finished first, and makes no further key."""
    is_new_key = keyring.is_own and not _waiting(database, keyring)
    if is_new_key:
        keyring.replace([key_file.new_key(), *keyring.known(makes_one=True)])
    sealed_anew = 0
    while waiting := _waiting(database, keyring):  # others go on sealing while we look
        for first in range(0, len(waiting), _AT_ONCE):
            sealed_anew += _seal_anew(database, keyring, waiting[first : first + _AT_ONCE])
    return Rotation(
        is_new_key=is_new_key,
        sealed_anew=sealed_anew,
        unreadable=tuple(unreadable(database, keyring)),
    )


def drop_old(database: Database, keyring: Keyring) -> int:
    """Forget all keys but the newest, of those that the studio keeps itself; how many they were.

    None is forgotten while a secret needs it: then 0.
    """
    keys = keyring.known()
    if not keyring.is_own or _waiting(database, keyring):
        return 0
    lost_before = len(_outdated(database, keyring))
    keyring.replace(keys[:1])
    if len(_outdated(database, keyring)) > lost_before:  # one was sealed by an older key just now
        keyring.replace(keys)
        return 0
    return len(keys) - 1


def unreadable(database: Database, keyring: Keyring) -> list[str]:
    """The columns with secrets that no key opens."""
    lost = [each for each in _outdated(database, keyring) if not _opens(keyring, each)]
    return sorted({f"{each.table.name}.{each.column.name}" for each in lost})


def _waiting(database: Database, keyring: Keyring) -> list[_Secret]:
    """What an older key sealed, and so opens."""
    return [each for each in _outdated(database, keyring) if _opens(keyring, each)]


def _outdated(database: Database, keyring: Keyring) -> list[_Secret]:
    return [each for each in _secrets(database) if not keyring.is_of_newest(each.sealed)]


def _opens(keyring: Keyring, secret: _Secret) -> bool:
    try:
        keyring.open(secret.sealed)
    except WrongKey:
        return False
    return True


def _seal_anew(database: Database, keyring: Keyring, secrets: list[_Secret]) -> int:
    """How many were still those that were read, and so were replaced."""
    anew = [(each, keyring.seal(keyring.open(each.sealed))) for each in secrets]
    with database.writing() as session:
        results = [
            session.connection().execute(
                update(each.table)
                .where(each.row, each.column == each.sealed)
                .values({each.column: sealed})
            )
            for each, sealed in anew
        ]
    return sum(result.rowcount for result in results)


def _secrets(database: Database) -> Iterator[_Secret]:
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            keys = list(table.primary_key.columns)
            for column in (each for each in table.columns if isinstance(each.type, SealedText)):
                rows = session.execute(select(column, *keys).where(column.is_not(None)))
                for sealed, *values in rows:
                    row = [key == value for key, value in zip(keys, values, strict=True)]
                    yield _Secret(table, column, and_(*row), sealed)
