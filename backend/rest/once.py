"""Once is enough: a request with a key that was seen is not done again, but answered again.

A key is claimed in a transaction of its own, so that a second request of the same key sees that the
first is still at it. The answer is kept in the transaction of the act: whoever lost the answer, even
the one of the COMMIT, gets it by asking again. Refusals are not kept: they did nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.clock import utc_now
from backend.ids import PersonId, ProjectId
from backend.problems import Conflict, Invalid, Problem
from backend.rest.tables import KeptAnswer

KEPT_FOR = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(seconds=60)
"""A claim without an answer is then of a server that died. One that only was slow can't finish any
more: its act and its answer are one transaction, and the claim is another's."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to do what a key stands for."""

    project_id: ProjectId
    person_id: PersonId
    key: str
    holder: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was said, as it was said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class InFlight(Conflict):
    """409: the first request of this key is still being done."""

    def __init__(self) -> None:
        super().__init__(
            "still_in_flight",
            "This is still being done",
            "A request with the same Idempotency-Key has not been answered yet. Send it again in a "
            "moment, and you get its answer.",
        )
        self.headers = {"Retry-After": "1"}


class ShownOnce(Conflict):
    """409: it was done, and its answer held a secret that was never kept."""

    def __init__(self) -> None:
        super().__init__(
            "shown_once",
            "This was done, and its answer is shown once",
            "The first request with this Idempotency-Key succeeded; its answer held a secret, "
            "which is kept nowhere. Make another with a new key, and delete the first.",
        )


def claim(session: Session, wanted: Claim, request_hash: str) -> Answer | None:
    """Take the key for this request; the answer that there is, if it was done before.

    Raises Invalid if the key was used for another request, InFlight, ShownOnce.
    """
    session.execute(delete(KeptAnswer).where(KeptAnswer.claimed_at < utc_now() - KEPT_FOR))
    found = session.get(KeptAnswer, _identity(wanted), with_for_update=True)
    if found is None:
        _claim_new(session, wanted, request_hash)
        return None
    if found.request_hash != request_hash:
        raise _used_for_another(wanted.key)
    if found.status is not None:
        if found.body is None:
            raise ShownOnce
        return Answer(status=found.status, headers=found.headers or {}, body=found.body)
    if found.holder != wanted.holder and found.claimed_at > utc_now() - GIVEN_UP_AFTER:
        raise InFlight
    found.holder, found.claimed_at = wanted.holder, utc_now()
    return None


def keep(session: Session, held: Claim, answer: Answer, *, is_secret: bool) -> None:
    """Keep the answer of what this transaction does.

    Raises InFlight if the claim is another's by now: then nothing of this transaction may stay.
    """
    kept = session.execute(
        update(KeptAnswer)
        .where(*_held(held))
        .values(
            status=answer.status,
            headers=dict(answer.headers),
            body=None if is_secret else answer.body,
        )
        .returning(KeptAnswer.key)
    ).one_or_none()
    if kept is None:
        raise InFlight


def release(session: Session, held: Claim) -> None:
    """Give the key back: nothing was done. One whose answer is kept stays."""
    session.execute(delete(KeptAnswer).where(*_held(held)))


def _identity(wanted: Claim) -> dict[str, object]:
    return {
        "project_id": wanted.project_id,
        "person_id": wanted.person_id,
        "key": wanted.key,
    }


def _claim_new(session: Session, wanted: Claim, request_hash: str) -> None:
    row = KeptAnswer(**_identity(wanted), request_hash=request_hash, holder=wanted.holder)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # another request came between our look and our insert
        raise InFlight from error


def _held(held: Claim) -> list[ColumnElement[bool]]:
    return [
        KeptAnswer.project_id == held.project_id,
        KeptAnswer.person_id == held.person_id,
        KeptAnswer.key == held.key,
        KeptAnswer.holder == held.holder,
        KeptAnswer.status.is_(None),
    ]


def _used_for_another(key: str) -> Invalid:
    return Invalid(
        Problem(
            code="key_used",
            title="This key was used for another request",
            detail=f"Idempotency-Key {key!r} came with another path or body within the last 24 "
            "hours. Nothing was done.",
            hint="Use a new key for each new request, and the same one only to repeat it.",
        )
    )
