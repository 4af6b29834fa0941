"""What a training is measured by: the recipe's evaluators over what is kept aside, made once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.catalog.evaluators import EVALUATORS
from backend.catalog.rows import EvaluatorRow
from backend.datasets.training_parts import Parts
from backend.recipes.schemas import DatasetUse, Recipe
from worker.engine.evaluation import ItemEvaluator, Outcome
from worker.engine.losses.loss import Loss
from worker.engine.model import SentenceTransformer
from worker.jobs.arguments import prompts_of
from worker.jobs.measures import Held, evaluator


@dataclass(frozen=True, kw_only=True)
class Judge:
    """`is_shared`: it is the recipe's, not one dataset's own. `held` is what it measures with, and
    `groups` what those rows are grouped by; a guard has neither."""

    row: EvaluatorRow
    evaluator: ItemEvaluator
    is_shared: bool
    held: Held | None = None
    groups: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def proves(self) -> bool:
        """Whether it may give the verdict."""
        return self.is_shared and self.row.only_beside is None

    @property
    def knows_base(self) -> bool:
        """Whether the base model can be measured by it, before anything was trained."""
        return self.row.of_loss is None


@dataclass(frozen=True, kw_only=True)
class Measured:
    judge: Judge
    outcome: Outcome


def make_judges(
    recipe: Recipe,
    parts: Parts,
    part: str,
    base: SentenceTransformer,
    losses: Mapping[str, Loss],
) -> list[Judge]:
    """The recipe's for the first dataset, and those that each dataset has of its own, over its rows
    of `part`. `base` teaches where there is no other teacher: it must not be trained yet. `losses`
    may still be empty; those who measure by a loss ask it when they are asked."""
    named = list(zip(recipe.dataset_names, recipe.datasets, strict=True))
    asked = [(parts.first, part, recipe.datasets[0], recipe.evaluators, True)]
    asked += [(name, f"{part}_{name}", use, use.evaluators, False) for name, use in named]
    batch_size = recipe.arguments.per_device_eval_batch_size
    return [
        Judge(
            row=EVALUATORS[one.name],
            evaluator=evaluator(one.name, held, figures, batch_size),
            is_shared=is_shared,
            held=held,
            groups=parts.measured[name].groups[part],
        )
        for name, figures, use, evaluators, is_shared in asked
        if (held := _held(parts, part, name, use, base, losses)) is not None
        for one in evaluators
        if EVALUATORS[one.name].needs_data
    ]


def guarding(guard: ItemEvaluator) -> Judge:
    row = next(row for row in EVALUATORS.values() if not row.needs_data)
    return Judge(row=row, evaluator=guard, is_shared=True)


def the_proof(measured: Iterable[Measured]) -> Measured | None:
    """The one that gives the verdict, or chooses."""
    return next((one for one in measured if one.judge.proves), None)


def _held(
    parts: Parts,
    part: str,
    name: str,
    use: DatasetUse,
    base: SentenceTransformer,
    losses: Mapping[str, Loss],
) -> Held | None:
    """What the dataset of that name keeps aside for *choose* or *prove*; None if that is nothing."""
    measured = parts.measured.get(name)
    if measured is None:
        return None
    rows = measured.choose if part == "choose" else measured.prove
    if rows.num_rows == 0:
        return None

    def head(features: Any, labels: Any = None) -> Any:
        return _innermost(losses[name])(features, labels)

    return Held(
        rows=rows,
        reference=parts.train[name].rows,
        documents=measured.documents,
        prompts=prompts_of(use),
        base=base,
        head=head,
    )


def _innermost(loss: Any) -> Any:
    while isinstance(getattr(loss, "loss", None), Loss):
        loss = loss.loss
    return loss
