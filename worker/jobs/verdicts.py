"""What a training ends with: the metrics before and after, the verdict, and what the card tells."""

from backend.proof.schemas import Verdict
from backend.proof.verdict import judge
from worker.engine.evaluation import Outcome
from worker.engine.model import SentenceTransformer
from worker.jobs.judges import Measured, the_proof
from worker.jobs.report import Report
from worker.jobs.train_result import TrainResult
from worker.jobs.training_data import Parts


def result_of(
    parts: Parts, before: list[Measured], after: list[Measured], report: Report
) -> TrainResult:
    """The verdict is the first that can prove; all metrics of all are kept."""
    for guarded in (one for one in after if not one.judge.row.needs_data):
        kept = _verdict(guarded, before)
        report.log(f"What it knew of other fields (NanoBEIR): {kept.sentence}")
    proof = the_proof(after)
    verdict = _verdict(proof, before) if proof else None
    said = "nothing was kept aside to prove with, so there is no verdict"
    report.log(verdict.sentence if verdict else said)
    return TrainResult(
        before={k: v for one in before for k, v in bare(one.outcome, "prove").items()},
        after={k: v for one in after for k, v in bare(one.outcome, "prove").items()},
        proof=verdict,
        prove_hash=parts.prove_hash if verdict else "",
    )


def _verdict(tuned: Measured, before: list[Measured]) -> Verdict:
    base = next(one for one in before if one.judge is tuned.judge)
    metric = tuned.outcome.primary_metric.removeprefix("prove_")
    return judge(tuned.judge.row, metric, base.outcome.items, tuned.outcome.items)


def bare(found: Outcome, part: str) -> dict[str, float]:
    """The metrics without the name of the part before them."""
    return {name.removeprefix(f"{part}_"): value for name, value in found.metrics.items()}


def tell_card(model: SentenceTransformer, found: list[Measured]) -> None:
    """Let the card speak of *prove* alone: what a choice was made by flatters what was chosen."""
    card = model.model_card_data
    card.evaluations.clear()
    for one in found:
        evaluator, outcome = one.judge.evaluator, one.outcome
        evaluator.primary_metric = outcome.primary_metric
        card.remember_evaluation(evaluator, outcome.metrics, epoch=-1, step=-1)


def for_card(verdict: Verdict) -> dict[str, object]:
    return {**verdict.model_dump(mode="json"), "verdict": verdict.sentence}
