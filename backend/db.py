"""The database: two engines (reading, writing), sessions, and tables that are typed.

SQLite needs care that PostgreSQL doesn't: our own BEGIN (the driver's legacy mode makes reads not
repeatable), writers that begin IMMEDIATE (a read that turns into a write fails at once, whatever
the timeout), and a build without the WAL-reset bug, which the pysqlite3 wheel brings.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, TypeVar

import structlog
from sqlalchemy import JSON, DateTime, Engine, MetaData, String, create_engine, event, func, select
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from backend import ids
from backend.clock import utc_now
from backend.database_trouble import pause_seconds
from backend.fault_points import fault_point
from backend.keyring import Sealed, SealedText
from backend.settings import Settings

log = structlog.get_logger()
T = TypeVar("T")

LONG_WRITE_SECONDS = 0.2
"""A write transaction that lasts longer has done something slow while others waited for it."""


def _warn_if_long(seconds: float) -> None:
    if seconds >= LONG_WRITE_SECONDS:
        log.warning("write transaction was long", seconds=round(seconds, 3))


WRITE_OBSERVERS: list[Callable[[float], None]] = [_warn_if_long]
"""Who hears how long each write transaction of this process has lasted, its commit included."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in UTC, on SQLite too, which keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class IdType(TypeDecorator[ids.Id]):
    """An id as text; comes back as its own class."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[ids.Id]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Any) -> ids.Id | None:
        return None if value is None else self.kind(value)


_KINDS: tuple[type[ids.Id], ...] = tuple(ids.Id.__subclasses__())


class Base(DeclarativeBase):
    """All tables. Constraints have names, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        Enum: SqlEnum(
            Enum,
            native_enum=False,
            create_constraint=False,
            length=20,
            values_callable=lambda kind: [member.value for member in kind],
        ),
        Sealed: SealedText(),
        **{kind: IdType(kind) for kind in _KINDS},
    }


def _sqlite_driver() -> ModuleType:
    try:
        import pysqlite3.dbapi2 as driver
    except ImportError:
        import sqlite3 as driver
    module: ModuleType = driver
    return module


def _sqlite_engine(url: str, lock_seconds: float) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, module=_sqlite_driver(), connect_args={"timeout": lock_seconds})

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _postgres_engine(url: str, lock_seconds: float) -> Engine:
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 30,
            "tcp_user_timeout": 30_000,
            "options": f"-c statement_timeout=15s -c lock_timeout={lock_seconds * 1000:.0f}ms "
            "-c idle_in_transaction_session_timeout=30s -c timezone=utc",
        },
    )


_AFTER_COMMIT = "after_commit"


class CommitUnknown(OperationalError):
    """The line broke while a transaction was being committed: it may be kept, or not. Whoever asked
    may ask again only for what comes to the same when it is done twice."""


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Do `act` once this transaction is kept: a message about a row never overtakes the row."""
    session.info.setdefault(_AFTER_COMMIT, []).append(act)


def shared_now(session: Session) -> datetime:
    """The time by the one clock that all machines share, the database server's. SQLite has none of
    its own: who writes into it is on one machine."""
    if session.get_bind().dialect.name == "sqlite":
        return utc_now()
    now: datetime = session.execute(select(func.now())).scalar_one()
    return now


class Database:
    """The studio's one database, as a process uses it.

    `reading()` is for looking; nothing that it does is kept. `writing()` is one transaction, which
    commits when the block ends and is gone when it raises. Nothing slow belongs inside.
    """

    def __init__(self, settings: Settings) -> None:
        url = settings.database
        self.is_sqlite = url.startswith("sqlite")
        patience = settings.lock_seconds
        self.engine = (
            _sqlite_engine(url, patience or 10.0)
            if self.is_sqlite
            else _postgres_engine(url, patience or 5.0)
        )
        self._read = sessionmaker(self.engine, expire_on_commit=False)
        writer = self.engine.execution_options(begin="IMMEDIATE")
        self._write = sessionmaker(writer, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._read() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._write() as session:
            session.connection()  # BEGIN here, so that waiting for the lock is not our own time
            began = time.monotonic()
            yield session
            fault_point("database.commit")
            try:
                session.commit()
            except OperationalError as error:
                if not error.connection_invalidated:
                    raise
                raise CommitUnknown(
                    error.statement, error.params, error.orig or error, True
                ) from error
            fault_point("database.committed")
            seconds = time.monotonic() - began
            for act in session.info.pop(_AFTER_COMMIT, ()):
                act()
            for hear in WRITE_OBSERVERS:
                hear(seconds)

    def retrying(self, work: Callable[[Session], T], tries: int = 5) -> T:
        """`work` in a write transaction, again from its start where a lock or a cut came between.

        Raises what the last try raised.
        """
        for n in range(tries):
            try:
                with self.writing() as session:
                    return work(session)
            except OperationalError:
                if n == tries - 1:
                    raise
                time.sleep(pause_seconds(n))
        raise AssertionError("unreachable: the last try returned or raised")

    def on_new_rows(self, check: Callable[[Session], None]) -> None:
        """Have `check` look at `session.new` of each write before it is sent; it may raise."""
        event.listen(self._write, "before_flush", lambda session, *_: check(session))

    def close(self) -> None:
        self.engine.dispose()
