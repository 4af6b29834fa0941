"""What is wrong with a loss by itself: its name, what it wraps, its settings. Pure."""

import re
from collections.abc import Iterable, Iterator

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.losses import LOSSES
from backend.catalog.rows import LossRow, Parameter
from backend.problems import Fix, Pointer, Problem, add, remove, replace
from backend.recipes.losses import (
    Layer,
    Mapped,
    first_value,
    fitting,
    layers,
    too_many_dimensions,
)
from backend.recipes.schemas import MODEL_NAME, LossUse
from backend.recipes.words import and_list

MOST_OFFERED = 4
"""So many other losses are offered as a repair; the page shows them all."""


def loss_problems(
    use: LossUse, at: Pointer, mapped: Iterable[Mapped], dimensions: int | None
) -> Iterator[Problem]:
    """`mapped` are the columns that it is to learn from; `dimensions` those of the base model."""
    mapped = list(mapped)
    seen: set[str] = set()  # wrappers that do the same have the same settings for it
    for layer in layers(use, at):
        if layer.row is None:
            yield unknown_name(
                layer.use.name, "loss", LOSSES, layer.at / "name", use_instead(layer, mapped)
            )
            continue
        yield from _wrapping(layer, layer.row, mapped, seen)
        yield from _settings(layer, layer.row, dimensions)
        seen |= {parameter.name for parameter in layer.row.parameters}


def unknown_name(
    name: str, kind: str, known: Iterable[str], at: Pointer, fixes: Iterable[Fix] = ()
) -> Problem:
    return Problem(
        code=f"unknown_{kind}",
        title=f"There is no such {kind}",
        detail=f"{name!r} is no {kind} that is known here. There are: {and_list(list(known))}.",
        at=at,
        fixes=tuple(fixes),
    )


def use_instead(layer: Layer, mapped: Iterable[Mapped]) -> list[Fix]:
    """Other losses in the place of this one: those that can use the columns."""
    return [
        Fix(label=f"Use {row.name}", patch=(replace(layer.at, {"name": row.name}),))
        for row in fitting(mapped)[:MOST_OFFERED]
    ]


def _wrapping(
    layer: Layer, row: LossRow, mapped: list[Mapped], seen: set[str]
) -> Iterator[Problem]:
    if row.wraps and layer.use.inner is None:
        yield Problem(
            code="missing_inner_loss",
            title="This loss needs another one",
            detail=f"{row.name} trains with another loss and says at what sizes or depths; name "
            "that one as `inner`.",
            at=layer.at / "name",
            fixes=tuple(
                Fix(
                    label=f"Let it wrap {inner.name}",
                    patch=(add(layer.at / "inner", {"name": inner.name}),),
                )
                for inner in fitting(mapped)[:MOST_OFFERED]
            ),
        )
    if not row.wraps and layer.use.inner is not None:
        yield Problem(
            code="wraps_no_loss",
            title="This loss wraps no other",
            detail=f"{row.name} has no place for {layer.use.inner.name}.",
            at=layer.at / "inner",
            fixes=(Fix(label="Leave out what it wraps", patch=(remove(layer.at / "inner"),)),),
        )
    if row.wraps and any(parameter.name in seen for parameter in row.parameters):
        yield Problem(
            code="wrapped_twice",
            title="One thing is done twice",
            detail=f"{row.name} does what a loss around it does already; once is all that helps.",
            at=layer.at / "name",
            fixes=tuple(_unwrapped(layer, layer.use.inner, mapped)),
        )


def _unwrapped(layer: Layer, inner: LossUse | None, mapped: list[Mapped]) -> list[Fix]:
    if inner is None:
        return use_instead(layer, mapped)
    patch = (replace(layer.at, inner.model_dump(mode="json")),)
    return [Fix(label=f"Leave the inner {layer.use.name} out", patch=patch)]


def _settings(layer: Layer, row: LossRow, dimensions: int | None) -> Iterator[Problem]:
    given, at = layer.use.parameters, layer.at / "parameters"
    for name, value in given.items():
        parameter = row.parameter(name)
        if parameter is None and name in row.models:
            yield from _model(name, value, at / name)
        elif parameter is None:
            yield _unknown_setting(row, name, at / name)
        elif reason := parameter.complaint(value):
            yield _wrong_value(parameter, reason, at / name, dimensions)
        elif dimensions is not None and parameter.is_dimensions:
            yield from _dimensions(parameter, value, at / name, dimensions)
    first = {p.name: first_value(p, dimensions) for p in row.parameters if p.required}
    first |= dict.fromkeys(row.models, next(iter(BASE_MODELS)))
    for name, value in first.items():
        if name not in given:
            yield _missing(layer, row, name, value)


def _unknown_setting(row: LossRow, name: str, at: Pointer) -> Problem:
    known = and_list([*(p.name for p in row.parameters), *row.models]) or "none at all"
    return Problem(
        code="unknown_parameter",
        title="This loss has no such setting",
        detail=f"{row.name} has no setting {name!r}. It has: {known}.",
        at=at,
        fixes=(Fix(label=f"Remove {name}", patch=(remove(at),)),),
    )


def _wrong_value(parameter: Parameter, reason: str, at: Pointer, dimensions: int | None) -> Problem:
    value = first_value(parameter, dimensions)
    words = f"Use {_shown(value)}" if parameter.required else f"Use the default of {parameter.name}"
    return Problem(
        code="wrong_parameter",
        title="This setting can't have this value",
        detail=f"{parameter.name} {reason}.",
        at=at,
        fixes=(
            Fix(label=words, patch=(replace(at, value) if parameter.required else remove(at),)),
        ),
    )


def _dimensions(
    parameter: Parameter, value: object, at: Pointer, dimensions: int
) -> Iterator[Problem]:
    too_many = list(too_many_dimensions(value, dimensions))
    if too_many:
        reason = f"names {too_many[0]:,} dimensions, and the base model has {dimensions:,}"
        yield _wrong_value(parameter, reason, at, dimensions)


def _model(name: str, value: object, at: Pointer) -> Iterator[Problem]:
    if isinstance(value, str) and re.match(MODEL_NAME, value):
        return
    first = next(iter(BASE_MODELS))
    yield Problem(
        code="wrong_parameter",
        title="This setting can't have this value",
        detail=f"{name} is a model: its name on the Hub, or the id of one of this studio (mdl_…).",
        at=at,
        fixes=(Fix(label=f"Use {first}", patch=(replace(at, first),)),),
    )


def _missing(layer: Layer, row: LossRow, name: str, value: object) -> Problem:
    parameter = row.parameter(name)
    meaning = parameter.help if parameter else f"It {row.models[name]}."
    filled = {**layer.use.parameters, name: value}
    return Problem(
        code="missing_parameter",
        title="A setting is missing",
        detail=f"{row.name} needs {name}. {meaning}",
        at=layer.at / "name",
        fixes=(
            Fix(
                label=f"Set {name} to {_shown(value)}",
                patch=(add(layer.at / "parameters", filled),),
            ),
        ),
    )


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
