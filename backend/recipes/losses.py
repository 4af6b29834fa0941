"""A recipe's loss with those that it wraps, and what the catalogue says of them. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.columns import TableFacts, label_kinds
from backend.catalog.losses import LOSSES
from backend.catalog.rows import Accepts, LossRow, Parameter
from backend.problems import Pointer
from backend.recipes.columns_fit import complaint
from backend.recipes.schemas import LossUse, Mapping, Recipe

Mapped: TypeAlias = tuple[Mapping, TableFacts]
"""The columns of a dataset that a loss is to learn from."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One loss of a chain of wrappers: its place in the recipe, and its row if there is one."""

    use: LossUse
    at: Pointer
    row: LossRow | None


def layers(use: LossUse, at: Pointer) -> list[Layer]:
    """The loss and those that it wraps, from without to within. What a loss is given that wraps
    none is no part of it."""
    row = LOSSES.get(use.name)
    outer = Layer(use=use, at=at, row=row)
    if row is None or not row.wraps or use.inner is None:
        return [outer]
    return [outer, *layers(use.inner, at / "inner")]


def innermost(use: LossUse) -> LossUse:
    """The loss that sees the embeddings: it alone says which columns will do."""
    return layers(use, Pointer(""))[-1].use


def in_words(use: LossUse) -> str:
    """`MatryoshkaLoss of CoSENTLoss`."""
    return " of ".join(layer.use.name for layer in layers(use, Pointer("")))


def models_named(recipe: Recipe) -> set[str]:
    """The base model, and those that the losses are given."""
    uses = [recipe.loss_of(use) for use in recipe.datasets]
    given = {
        str(layer.use.parameters[name])
        for use in uses
        for layer in layers(use, Pointer(""))
        if layer.row
        for name in layer.row.models
        if name in layer.use.parameters
    }
    return {recipe.base_model, *given}


def form_of(use: LossUse, mapping: Mapping, facts: TableFacts) -> Accepts | None:
    """As which form the loss takes these columns."""
    label = facts.column(mapping.label) if mapping.label else None
    width = label.list_length if label else None
    row = LOSSES.get(innermost(use).name)
    return row.fitting(len(mapping.inputs), label_kinds(label), width) if row else None


def sampler_of(use: LossUse) -> str:
    """The sampler that suits the loss."""
    return LOSSES[innermost(use).name].sampler


def fitting(mapped: Iterable[Mapped]) -> list[LossRow]:
    """The losses that need nothing but these columns, those to be proposed first."""
    mapped = list(mapped)
    whole = [
        row
        for row in LOSSES.values()
        if row.is_whole and all(complaint(row, *columns) is None for columns in mapped)
    ]
    return sorted(whole, key=lambda row: not row.is_proposed)


def proposed(mapped: Iterable[Mapped]) -> list[LossRow]:
    """Of those, the ones for a person who has no opinion yet."""
    return [row for row in fitting(mapped) if row.is_proposed]


def dimensions(recipe: Recipe) -> int | None:
    """How many the base model has, where that is known."""
    base = BASE_MODELS.get(recipe.base_model)
    return base.dimensions if base else None


def to_begin_with(row: LossRow, dimensions: int | None, inner: str | None) -> LossUse:
    """A use of `row` in which everything that a person must give has a value to begin with."""
    models = dict.fromkeys(row.models, next(iter(BASE_MODELS)))
    values = {p.name: first_value(p, dimensions) for p in row.parameters if p.required}
    return LossUse(
        name=row.name,
        parameters={**models, **values},
        inner=LossUse(name=inner) if row.wraps and inner else None,
    )


def first_value(parameter: Parameter, dimensions: int | None) -> Any:
    """A value to begin with for a parameter without default, as JSON has it."""
    if not isinstance(parameter.default, tuple):
        return parameter.default
    values = list(parameter.default)
    if parameter.is_dimensions and dimensions is not None:
        return [dimensions, *(v for v in values if _is_below(v, dimensions))]
    return values


def too_many_dimensions(values: object, dimensions: int) -> Iterator[int]:
    """Those of `values`, one or a list, that a model of so many dimensions doesn't have."""
    each: Sequence[object] = values if isinstance(values, list | tuple) else [values]
    yield from (v for v in each if isinstance(v, int) and v > dimensions)


def _is_below(value: object, bound: int) -> bool:
    return isinstance(value, int) and value < bound
