"""What an error of the database means for whoever asked: wait, come back, make room; or a mistake.

Sources: PostgreSQL's appendix A (SQLSTATE); https://sqlite.org/rescode.html
"""

import random
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class Trouble(StrEnum):
    """Trouble that is nobody's mistake."""

    BUSY = "busy"  # others held what was needed; the transaction is undone
    AWAY = "away"  # no answer; the transaction is undone, unless it was being committed
    FULL = "full"  # its disk has no room


_BY_STATE = {
    "40001": Trouble.BUSY,  # serialization_failure
    "40P01": Trouble.BUSY,  # deadlock_detected
    "55P03": Trouble.BUSY,  # lock_not_available
    "57014": Trouble.BUSY,  # query_canceled: it took longer than a statement may
    "25P03": Trouble.BUSY,  # idle_in_transaction_session_timeout
    "53100": Trouble.FULL,  # disk_full
}
_BY_CLASS = {"08": Trouble.AWAY, "53": Trouble.AWAY, "57": Trouble.AWAY}
"""connection_exception; insufficient_resources; operator_intervention (shutdown, starting up)."""

_BY_SQLITE_CODE = {
    5: Trouble.BUSY,  # SQLITE_BUSY
    6: Trouble.BUSY,  # SQLITE_LOCKED
    13: Trouble.FULL,  # SQLITE_FULL
    14: Trouble.AWAY,  # SQLITE_CANTOPEN
    10: Trouble.AWAY,  # SQLITE_IOERR
    8: Trouble.AWAY,  # SQLITE_READONLY
}


def trouble_of(error: SQLAlchemyError) -> Trouble | None:
    """What kind of trouble this is; None where the statement itself was wrong."""
    if isinstance(error, PoolTimeout):
        return Trouble.BUSY
    if not isinstance(error, DBAPIError) or error.orig is None:
        return None
    if state := getattr(error.orig, "sqlstate", None):
        return _BY_STATE.get(state) or _BY_CLASS.get(state[:2])
    if error.connection_invalidated:
        return Trouble.AWAY
    if (code := getattr(error.orig, "sqlite_errorcode", None)) is not None:
        return _BY_SQLITE_CODE.get(code & 0xFF)
    return Trouble.AWAY if isinstance(error, OperationalError) else None  # no server, so no state


def pause_seconds(tries: int) -> float:
    """How long to wait after so many tries: longer each time, and no two wait the same."""
    return 0.05 * float(2**tries) * random.uniform(0.5, 1.5)
