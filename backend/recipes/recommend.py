"""A recipe for a person who has data and no opinion yet."""

from backend.catalog.columns import TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.losses import LOSSES
from backend.ids import VersionId
from backend.recipes.columns_fit import use_instead
from backend.recipes.held_out import sensible
from backend.recipes.mapping import propose
from backend.recipes.schemas import DatasetUse, EvaluatorUse, HeldOut, LossUse, Mapping, Recipe


def recommend(
    version: VersionId,
    facts: TableFacts,
    mapping: Mapping | None = None,
    name: str = "",
    loss: str | None = None,
) -> Recipe | None:
    """The first loss and the first evaluator of the catalogue that fit; None where no loss does.

    With `loss`, that one, or None where it does not fit.
    """
    mapping = mapping or propose(facts)
    if mapping is None:
        return None
    losses = use_instead(LOSSES.values(), mapping, facts)
    chosen = next((fitting for fitting in losses if loss in (None, fitting)), None)
    if chosen is None:
        return None
    held_out = sensible(facts.rows) or HeldOut()
    evaluators = use_instead(EVALUATORS.values(), mapping, facts)
    return Recipe(
        name=name,
        datasets=[DatasetUse(version=version, mapping=mapping, held_out=held_out)],
        loss=LossUse(name=chosen),
        evaluators=[EvaluatorUse(name=name) for name in evaluators[:1]],
    )
