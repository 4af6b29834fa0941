"""What a model was judged to be, as it is to be told now: by what else its *prove* has judged since."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.ids import ModelId
from backend.proof.schemas import Tails, Verdict
from backend.proof.tables import Evaluation
from backend.proof.verdict import told

PROVE = "prove"


def newest(session: Session, model_id: ModelId) -> Evaluation | None:
    """The newest act that opened *prove* for this model."""
    query = select(Evaluation).where(Evaluation.model_id == model_id, Evaluation.part == PROVE)
    return session.scalars(query.order_by(Evaluation.id.desc()).limit(1)).one_or_none()


def verdict_of(session: Session, proof: Evaluation) -> Verdict:
    """Its verdict, adjusted for all models that the same rows have judged: deleted ones count, for
    somebody has seen what became of them. What was judged before tails were kept stays as it was."""
    verdict = Verdict.model_validate(proof.verdict)
    if proof.tails is None:
        return verdict
    return told(verdict, Tails.model_validate(proof.tails), _others(session, proof))


def _others(session: Session, proof: Evaluation) -> list[float]:
    """The p-value of each other model, by the last time that it was judged; of one that was judged
    before they were kept it isn't known, and counts as one that can't be told."""
    last = (
        select(func.max(Evaluation.id))
        .where(
            Evaluation.project_id == proof.project_id,
            Evaluation.part_hash == proof.part_hash,
            Evaluation.part == PROVE,
            Evaluation.model_id != proof.model_id,
        )
        .group_by(Evaluation.model_id)
    )
    found = session.scalars(select(Evaluation.p_value).where(Evaluation.id.in_(last)))
    return [1.0 if value is None else value for value in found]
