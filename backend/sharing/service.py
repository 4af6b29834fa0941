"""Showing one run to people of the studio who are not in its project, by a link.

The link's secret is the key: 190 random bits, of which the hash alone is kept. What it opens is in
`backend.sharing.pages`: the run's state, curves and verdict, and nothing that quotes its data.
"""

from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.accounts import audit, secret_texts
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.clock import utc_now
from backend.ids import RunId, ShareId
from backend.problems import Conflict, Gone, NotFound
from backend.runs import service as runs
from backend.runs.tables import Run
from backend.sharing.tables import RunShare

MOST_OPEN = 20


def create(session: Session, who: Person, run_id: RunId, days: int) -> tuple[RunShare, str]:
    """A link to a run, good for so many days, and its secret, which is shown this once.

    Raises NotFound if `who` may not see the run, Conflict where it has many links already.
    """
    run = runs.get(session, who, run_id)
    still_open = shares_of(who, run.id).where(
        RunShare.withdrawn_at.is_(None), RunShare.expires_at > utc_now()
    )
    count = session.scalar(select(func.count()).select_from(still_open.subquery()))
    if (count or 0) >= MOST_OPEN:
        raise Conflict(
            "too_many_links",
            "There are enough links to this run",
            f"{MOST_OPEN} work now. Withdraw one that nobody needs any more.",
        )
    secret = secret_texts.new_secret(secret_texts.TOKEN_LETTERS)
    share = RunShare(
        project_id=run.project_id,
        run_id=run.id,
        digest=secret_texts.digest(secret),
        made_by=who.id,
        expires_at=utc_now() + timedelta(days=days),
    )
    session.add(share)
    session.flush()
    audit.record(session, who, Act.RUN_SHARED, run.id, share_id=share.id, days=days)
    return share, secret


def shares_of(who: Person, run_id: RunId) -> Select[RunShare]:
    """All links to a run, those that no longer work too."""
    return select(RunShare).where(RunShare.project_id == who.project_id, RunShare.run_id == run_id)


def withdraw(session: Session, who: Person, run_id: RunId, share_id: ShareId) -> None:
    """Its link no longer works. Twice is once. Raises NotFound."""
    mine = shares_of(who, run_id).where(RunShare.id == share_id)
    found = session.scalars(mine).one_or_none()
    if found is None:
        raise NotFound("link", share_id)
    if found.withdrawn_at is None:
        found.withdrawn_at = utc_now()
        session.flush()
        audit.record(session, who, Act.SHARE_WITHDRAWN, run_id, share_id=found.id)


def opened(session: Session, secret: str) -> tuple[Run, RunShare]:
    """The run that a link leads to.

    Raises Gone where it leads nowhere: unknown, expired and withdrawn are answered alike.
    """
    query = (
        select(Run, RunShare)
        .join(RunShare, RunShare.run_id == Run.id)
        .where(
            RunShare.digest == secret_texts.digest(secret),
            RunShare.withdrawn_at.is_(None),
            RunShare.expires_at > utc_now(),
        )
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise Gone(
            "link_over",
            "This link leads nowhere",
            "It has expired, was withdrawn, or its run is gone. Ask whoever gave it to you for a "
            "new one.",
        )
    return found[0], found[1]
