"""The one validation: everything that is wrong with a recipe, at once, each with its repair.

API, pages, command and worker all ask here. Pure: a recipe and the facts of its tables in, problems
out.
"""

from collections.abc import Iterable, Iterator, Mapping

from backend.catalog.columns import ColumnType, TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.losses import LOSSES
from backend.catalog.rows import LossRow
from backend.catalog.samplers import SAMPLERS
from backend.ids import VersionId
from backend.problems import Fix, Pointer, Problem, remove, replace
from backend.recipes.columns_fit import complaint, mapping_changes, use_instead
from backend.recipes.held_out import held_out_problems
from backend.recipes.schemas import DatasetUse, Recipe
from backend.recipes.schemas import Mapping as ColumnMapping
from backend.recipes.words import and_list


def diagnose(recipe: Recipe, tables: Mapping[VersionId, TableFacts]) -> list[Problem]:
    """Every reason why this recipe can't be trained; empty if it can."""
    return list(_problems(recipe, tables))


def _problems(recipe: Recipe, tables: Mapping[VersionId, TableFacts]) -> Iterator[Problem]:
    loss = LOSSES.get(recipe.loss.name)
    if loss is None:
        yield _unknown_loss(recipe, tables)
    else:
        yield from _parameters(loss, recipe, Pointer("/loss/parameters"))
    for i, use in enumerate(recipe.datasets):
        at = Pointer("/datasets") / i
        facts = tables.get(use.version)
        if facts is None:
            yield _no_such_version(use, at)
            continue
        columns = list(mapping_problems(use.mapping, facts, at / "mapping"))
        yield from columns
        if not columns:
            yield from _loss_fits(loss, recipe, use, facts, at / "mapping")
            yield from _evaluators_fit(recipe, use, facts)
            yield from held_out_problems(use.held_out, facts.rows, at / "held_out")
    yield from _arguments(recipe)


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


def _unknown_loss(recipe: Recipe, tables: Mapping[VersionId, TableFacts]) -> Problem:
    """In its place, those that can use the columns: a repair must not break something else."""
    mapped = [(use.mapping, facts) for use in recipe.datasets if (facts := tables.get(use.version))]
    names = [n for n in LOSSES if all(n in use_instead(LOSSES.values(), *each) for each in mapped)]
    fixes = map(_use_loss, names)
    return unknown_name(recipe.loss.name, "loss", LOSSES, Pointer("/loss/name"), fixes)


def _use_loss(name: str) -> Fix:
    return Fix(label=f"Use {name}", patch=(replace(Pointer("/loss"), {"name": name}),))


def _no_such_version(use: DatasetUse, at: Pointer) -> Problem:
    return Problem(
        code="unknown_version",
        title="There is no such dataset version",
        detail=f"{use.version} is not among your datasets. Upload the file first, "
        "or pick a version from the list of datasets.",
        at=at / "version",
    )


def _parameters(loss: LossRow, recipe: Recipe, at: Pointer) -> Iterator[Problem]:
    for name, value in recipe.loss.parameters.items():
        parameter = loss.parameter(name)
        if parameter is None:
            known = and_list([p.name for p in loss.parameters]) or "none at all"
            yield Problem(
                code="unknown_parameter",
                title="This loss has no such setting",
                detail=f"{loss.name} has no setting {name!r}. It has: {known}.",
                at=at / name,
                fixes=(Fix(label=f"Remove {name}", patch=(remove(at / name),)),),
            )
        elif reason := parameter.complaint(value):
            yield Problem(
                code="wrong_parameter",
                title="This setting can't have this value",
                detail=f"{name} {reason}.",
                at=at / name,
                fixes=(Fix(label=f"Use the default of {name}", patch=(remove(at / name),)),),
            )


def mapping_problems(mapping: ColumnMapping, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
    """Are the mapped columns there, each once, and of a type that can play its part?"""
    named = [(at / "inputs" / i, name) for i, name in enumerate(mapping.inputs)]
    named += [(at / part, name) for part in ("label", "group") if (name := getattr(mapping, part))]
    seen: set[str] = set()
    for place, name in named:
        column = facts.column(name)
        if column is None:
            yield Problem(
                code="unknown_column",
                title="There is no such column",
                detail=f"The data has no column {name!r}. It has: {and_list(facts.names)}.",
                at=place,
            )
        elif name in seen and place != at / "group":
            yield Problem(
                code="column_used_twice",
                title="A column is used twice",
                detail=f"{name!r} already has another part; each column can have one.",
                at=place,
            )
        elif place.startswith(at / "inputs") and column.type is not ColumnType.TEXT:
            yield Problem(
                code="not_a_text",
                title="This column holds no texts",
                detail=f"{name!r} holds {column.type.value} values, and a model reads texts.",
                at=place,
            )
        seen.add(name)


def _loss_fits(
    loss: LossRow | None, recipe: Recipe, use: DatasetUse, facts: TableFacts, at: Pointer
) -> Iterator[Problem]:
    reason = complaint(loss, use.mapping, facts) if loss else None
    if loss is None or reason is None:
        return
    others = map(_use_loss, use_instead(LOSSES.values(), use.mapping, facts))
    changes = [
        Fix(label=fix.label, patch=fix.patch + _evaluators_follow(recipe, changed, facts))
        for fix, changed in mapping_changes(loss, use.mapping, facts, at)
    ]
    yield Problem(
        code="loss_does_not_fit",
        title="This loss can't use these columns",
        detail=reason,
        at=Pointer("/loss/name"),
        fixes=(*others, *changes),
    )


def _evaluators_follow(
    recipe: Recipe, changed: ColumnMapping, facts: TableFacts
) -> tuple[dict[str, object], ...]:
    """With another mapping the measure may have to change too: a fix leaves nothing broken."""
    fitting = use_instead(EVALUATORS.values(), changed, facts)
    if all(chosen.name in fitting for chosen in recipe.evaluators):
        return ()
    return (replace(Pointer("/evaluators"), [{"name": name} for name in fitting[:1]]),)


def _evaluators_fit(recipe: Recipe, use: DatasetUse, facts: TableFacts) -> Iterator[Problem]:
    chosen = [evaluator.name for evaluator in recipe.evaluators]
    fitting = use_instead(EVALUATORS.values(), use.mapping, facts)
    for i, name in enumerate(chosen):
        at = Pointer("/evaluators") / i
        instead = [
            Fix(label=f"Measure by {other}", patch=(replace(at / "name", other),))
            for other in fitting
            if other not in chosen
        ]
        fixes = instead or [Fix(label=f"Don't measure by {name}", patch=(remove(at),))]
        row = EVALUATORS.get(name)
        if row is None:
            yield unknown_name(name, "evaluator", EVALUATORS, at / "name", fixes)
        elif reason := complaint(row, use.mapping, facts):
            yield Problem(
                code="evaluator_does_not_fit",
                title="This evaluator can't use these columns",
                detail=reason,
                at=at / "name",
                fixes=tuple(fixes),
            )


def _arguments(recipe: Recipe) -> Iterator[Problem]:
    sampler = recipe.arguments.batch_sampler
    if sampler is not None and sampler not in SAMPLERS:
        at = Pointer("/arguments/batch_sampler")
        fixes = [Fix(label=f"Use {name}", patch=(replace(at, name),)) for name in SAMPLERS]
        yield unknown_name(sampler, "sampler", SAMPLERS, at, fixes)
    if recipe.arguments.bf16 and recipe.arguments.fp16:
        yield Problem(
            code="two_precisions",
            title="Two precisions at once",
            detail="bf16 and fp16 exclude each other; bf16 is the safer one where it is supported.",
            at=Pointer("/arguments/fp16"),
            fixes=(
                Fix(label="Keep bf16", patch=(remove(Pointer("/arguments/fp16")),)),
                Fix(label="Keep fp16", patch=(remove(Pointer("/arguments/bf16")),)),
            ),
        )
