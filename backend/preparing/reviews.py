"""The review list: wrong answers that the base model finds right. A person says what is so."""

from enum import StrEnum

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.datasets import rows
from backend.datasets.findings.finding import FindingKind, Remedy
from backend.datasets.profile import ProfileResult, Suspect
from backend.datasets.tables import DatasetVersion, ReviewAnswer
from backend.ids import VersionId
from backend.preparing import profiles
from backend.problems import NotFound
from backend.recipes.schemas import Strict
from backend.recipes.words import counted
from backend.storage import Storage


class Answer(StrEnum):
    """Is this answer right, too? *Skip* leaves it as it is, and out of the way."""

    YES = "yes"
    NO = "no"
    SKIP = "skip"


class AnswerIn(Strict):
    answer: Answer


class ReviewItem(BaseModel):
    """One question: is `text` a right answer to `anchor`, as `own_text` is?"""

    row: int
    column: str
    text_row: int
    anchor: str
    own_text: str
    text: str
    score: float
    own_score: float
    as_near_as: float
    answer: Answer | None


class ReviewOut(BaseModel):
    """`remedy` is what the answers come to; null while none of them is yes."""

    items: list[ReviewItem]
    answered: int
    remedy: Remedy | None = Field(description="To be sent to …/operations, if one likes.")


def review_of(
    session: Session, who: Person, storage: Storage, version: DatasetVersion
) -> ReviewOut:
    """The list of the newest profile that was made with a model, and what was answered."""
    suspects = _suspects(session, who, version.id)
    answers = _answers(session, version.id)
    wanted = sorted({row for s in suspects for row in (s.row, s.text_row)})
    found = rows.numbered(storage.file(version.object_hash), wanted)
    cells = {row.number: row.cells for row in found}
    items = [
        ReviewItem(
            row=s.row,
            column=s.column,
            text_row=s.text_row,
            anchor=str(cells[s.row][s.anchor_column]),
            own_text=str(cells[s.row][s.own_column]),
            text=str(cells[s.text_row][s.column]),
            score=s.score,
            own_score=s.own_score,
            as_near_as=s.as_near_as,
            answer=answers.get((s.row, s.column)),
        )
        for s in suspects
    ]
    answered = sum(item.answer is not None for item in items)
    return ReviewOut(items=items, answered=answered, remedy=_remedy(items))


def answer(
    session: Session, who: Person, version: DatasetVersion, row: int, column: str, said: Answer
) -> None:
    """Keep an answer; the last one counts.

    Raises NotFound where the review list asks no such question.
    """
    if not any((s.row, s.column) == (row, column) for s in _suspects(session, who, version.id)):
        raise NotFound("question in this review", f"row {row}, column {column}")
    kept = ReviewAnswer(
        version_id=version.id,
        finding=FindingKind.FALSE_NEGATIVES.value,
        row=row,
        column=column,
        project_id=who.project_id,
        answer=said.value,
    )
    session.merge(kept)
    session.flush()


def _suspects(session: Session, who: Person, version_id: VersionId) -> list[Suspect]:
    for profile in profiles.made(session, who, version_id):
        result = ProfileResult.model_validate(profile.result)
        if result.settings.with_model:
            return result.suspects
    return []


def _answers(session: Session, version_id: VersionId) -> dict[tuple[int, str], Answer]:
    found = session.scalars(
        select(ReviewAnswer).where(
            ReviewAnswer.version_id == version_id,
            ReviewAnswer.finding == FindingKind.FALSE_NEGATIVES.value,
        )
    )
    return {(each.row, each.column): Answer(each.answer) for each in found}


def _remedy(items: list[ReviewItem]) -> Remedy | None:
    """Leave out the rows whose wrong answer is right: of two rows that answer each other, one."""
    wrong = sorted({max(i.row, i.text_row) for i in items if i.answer is Answer.YES})
    if not wrong:
        return None
    return Remedy(
        label=f"Leave out {counted(len(wrong), 'row')} whose wrong answer is right",
        operations=[{"name": "drop_rows", "parameters": {"rows": wrong}}],
    )
