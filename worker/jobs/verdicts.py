"""What a model is judged to be: the metrics before and after, the verdict, and what the card tells."""

from backend.datasets.training_parts import Parts
from backend.proof.bootstrap import compare
from backend.proof.groups import grouped
from backend.proof.kept import CHOOSE, PROVE, Kept
from backend.proof.schemas import Tails, Verdict
from backend.proof.verdict import judge, tail_of, told
from worker.engine.evaluation import Outcome
from worker.engine.model import SentenceTransformer
from worker.jobs.items import kept_of
from worker.jobs.judges import Measured, the_proof
from worker.jobs.report import Report
from worker.jobs.train_result import Chosen, TrainResult


def result_of(
    parts: Parts, before: list[Measured], after: list[Measured], report: Report
) -> tuple[TrainResult, Kept | None]:
    """The verdict is the first that can prove, with what it was judged by; all metrics of all are
    kept."""
    for guarded in (one for one in after if not one.judge.row.needs_data):
        said = _plain_verdict(guarded, before)
        report.log(f"What it knew of other fields (NanoBEIR): {said.sentence}")
    proof = the_proof(after)
    kept = kept_of(PROVE, parts.prove_hash, _same(proof, before), proof) if proof else None
    tails = _tails(proof, kept) if proof and kept else None
    verdict = told(_plain_verdict(proof, before), tails, []) if proof and tails else None
    why = "prove was not opened" if parts.prove.num_rows else "nothing was kept aside to prove with"
    said_plainly = f"{why}, so there is no verdict"
    report.log(verdict.sentence if verdict else said_plainly)
    result = TrainResult(
        before=all_figures(before, PROVE),
        after=all_figures(after, PROVE),
        proof=verdict,
        tails=tails,
        prove_hash=parts.prove_hash if verdict else "",
    )
    return result, kept


def chosen_of(
    parts: Parts, before: list[Measured], after: list[Measured]
) -> tuple[Chosen, Kept] | None:
    """What choices are made by, in all and item by item: for comparing with other runs."""
    chosen = the_proof(one for one in after if one.judge.knows_base)
    if chosen is None:
        return None
    figures = Chosen(
        evaluator=chosen.judge.row.name,
        before=all_figures(before, CHOOSE),
        after=all_figures(after, CHOOSE),
        part_hash=parts.choose_hash,
    )
    return figures, kept_of(CHOOSE, parts.choose_hash, _same(chosen, before), chosen)


def _tails(proof: Measured, kept: Kept) -> Tails:
    row = proof.judge.row
    return Tails(
        whole=tail_of(compare(row.statistic, kept.base, kept.tuned)),
        groups=grouped(row, kept.base, kept.tuned, kept.groups),
    )


def _plain_verdict(tuned: Measured, before: list[Measured]) -> Verdict:
    metric = tuned.outcome.primary_metric.removeprefix("prove_")
    base = _same(tuned, before)
    return judge(tuned.judge.row, metric, base.outcome.items, tuned.outcome.items)


def _same(tuned: Measured, before: list[Measured]) -> Measured:
    """What the same judge said of the base model."""
    return next(one for one in before if one.judge is tuned.judge)


def all_figures(measured: list[Measured], part: str) -> dict[str, float]:
    return {name: value for one in measured for name, value in bare(one.outcome, part).items()}


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
