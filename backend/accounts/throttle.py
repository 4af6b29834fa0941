"""How often one may try to sign in: 5 times a minute for an account, 20 from an address.

The tries lie in the database, so all servers count together. Source: OWASP ASVS 5.0, V6.3.
"""

import hashlib
import math
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.accounts.tables import SignInTries
from backend.clock import utc_now

WINDOW_SECONDS = 60.0
FOR_ACCOUNT, FROM_ADDRESS = 5, 20
FORGOTTEN = timedelta(hours=1)


def wait_seconds(session: Session, email: str, address: str) -> int:
    """Count this try; 0 where it may be made, else how long to wait. What must wait isn't counted,
    so that waiting is all that it takes."""
    rules = ((f"account:{_hidden(email)}", FOR_ACCOUNT), (f"address:{_net(address)}", FROM_ADDRESS))
    now = utc_now()
    session.execute(delete(SignInTries).where(SignInTries.last_at < now - FORGOTTEN))
    rows = [(_locked(session, key), most) for key, most in rules]
    for row, _ in rows:
        row.times = [time for time in row.times if time > now.timestamp() - WINDOW_SECONDS]
    free_at = [row.times[-most] + WINDOW_SECONDS for row, most in rows if len(row.times) >= most]
    if free_at:
        wait: float = max(free_at) - now.timestamp()
        return max(1, math.ceil(wait))
    for row, _ in rows:
        row.times = [*row.times, now.timestamp()]
        row.last_at = now
    return 0


def forget(session: Session, email: str) -> None:
    """They are who they say: their account's tries no longer count."""
    session.execute(delete(SignInTries).where(SignInTries.key == f"account:{_hidden(email)}"))


def _locked(session: Session, key: str) -> SignInTries:
    """The row of `key`, which no other try changes until this transaction ends."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(SignInTries).values(key=key, times=[], last_at=utc_now())
    session.execute(new.on_conflict_do_nothing())
    return session.scalars(
        select(SignInTries).where(SignInTries.key == key).with_for_update()
    ).one()


def _hidden(email: str) -> str:
    """No list of what people typed, passwords in the wrong field among it."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def _net(address: str) -> str:
    """One household has one IPv4 address, or 2⁶⁴ of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(found, IPv6Address):
        return str(ip_network(f"{found}/64", strict=False))
    return str(found)
