"""A recipe for a person who has data and no opinion yet."""

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.columns import TableFacts
from backend.catalog.losses import LOSSES
from backend.catalog.presets import PRESETS
from backend.ids import VersionId
from backend.problems import Pointer
from backend.recipes.columns_fit import complaint
from backend.recipes.evaluators import proposed as proposed_evaluators
from backend.recipes.held_out import sensible
from backend.recipes.losses import fitting, innermost, proposed, to_begin_with
from backend.recipes.mapping import propose
from backend.recipes.merge_patch import merged
from backend.recipes.part_problems import part_problems
from backend.recipes.parts import part_column
from backend.recipes.schemas import (
    DEFAULT_BASE_MODEL,
    DatasetUse,
    EvaluatorUse,
    HeldOut,
    LossUse,
    Mapping,
    Recipe,
)

FEW_TO_LEARN = 2_000
"""Rows. From 400 of them, on each of four datasets, three rounds came within 0.006 of the best of
five recipes, one round within 0.018 (`make bench-recipes`)."""
_DIMENSIONS = BASE_MODELS[DEFAULT_BASE_MODEL].dimensions


def recommend(
    version: VersionId,
    facts: TableFacts,
    mapping: Mapping | None = None,
    name: str = "",
    loss: str | None = None,
) -> Recipe | None:
    """The first loss of the catalogue that fits, and the evaluators that suit this data; None where
    no loss fits.

    With `loss`, that one, or None where it does not fit. What it needs beside the columns (another
    loss to wrap, a model, a value) has something to begin with.
    """
    mapping = mapping or propose(facts)
    if mapping is None:
        return None
    chosen = _chosen(mapping, facts, loss)
    if chosen is None:
        return None
    held_out = _held_out(mapping, facts)
    evaluators = proposed_evaluators(mapping, facts, _DIMENSIONS, innermost(chosen).name)
    recipe = Recipe(
        name=name,
        datasets=[DatasetUse(version=version, mapping=mapping, held_out=held_out)],
        loss=chosen,
        evaluators=[EvaluatorUse(name=name) for name in evaluators],
    )
    return _often_enough(recipe, facts.rows - sum(held_out.rows(facts.rows)))


def _often_enough(recipe: Recipe, learned: int) -> Recipe:
    """Of few rows, once is too seldom."""
    if learned > FEW_TO_LEARN:
        return recipe
    plain = recipe.model_dump(mode="json", exclude_unset=True)
    return Recipe.model_validate(merged(plain, PRESETS["balanced"].patch))


def _held_out(mapping: Mapping, facts: TableFacts) -> HeldOut:
    """As a column of the table divides it, if it does so soundly; else the usual shares."""
    given = HeldOut(part=part_column(facts))
    if given.part and not any(part_problems(given, mapping, facts, Pointer(""))):
        return given
    return sensible(facts.rows) or HeldOut()


def _chosen(mapping: Mapping, facts: TableFacts, loss: str | None) -> LossUse | None:
    mapped = [(mapping, facts)]
    if loss is None:
        return next((LossUse(name=row.name) for row in proposed(mapped)), None)
    row = LOSSES[loss]
    inner = next((each.name for each in fitting(mapped)), None)
    fits = inner is not None if row.wraps else complaint(row, mapping, facts) is None
    return to_begin_with(row, _DIMENSIONS, inner) if fits else None
