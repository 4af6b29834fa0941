"""The one validation: everything that is wrong with a recipe, at once, each with its repair.

API, pages, command and worker all ask here. Pure: a recipe and the facts of its tables in, problems
out.
"""

from collections.abc import Iterator, Mapping

from backend.catalog.columns import TableFacts
from backend.ids import VersionId
from backend.problems import Fix, Pointer, Problem, add, remove
from backend.recipes.columns_fit import complaint, mapping_changes
from backend.recipes.dataset_problems import (
    kept_aside,
    mapping_problems,
    no_such_version,
    prompt_problems,
    prompts_follow,
    same_names,
    weight_problems,
)
from backend.recipes.evaluator_problems import evaluator_problems, evaluators_follow
from backend.recipes.few_to_prove import few_to_prove
from backend.recipes.lora_problems import lora_advice, lora_problems
from backend.recipes.loss_problems import MOST_OFFERED, loss_problems, use_instead
from backend.recipes.losses import Mapped, dimensions, fitting, layers
from backend.recipes.sampler_problems import sampler_follows, sampler_problems
from backend.recipes.schemas import Mapping as ColumnMapping
from backend.recipes.schemas import Recipe


def diagnose(recipe: Recipe, tables: Mapping[VersionId, TableFacts]) -> list[Problem]:
    """Every reason why this recipe can't be trained; empty if it can."""
    return list(_problems(recipe, tables))


def advise(recipe: Recipe, tables: Mapping[VersionId, TableFacts]) -> list[Problem]:
    """What would not stop the training, and is worth a thought before it."""
    return [*few_to_prove(recipe, tables), *lora_advice(recipe)]


def _problems(recipe: Recipe, tables: Mapping[VersionId, TableFacts]) -> Iterator[Problem]:
    mapped = {
        i: (use.mapping, facts)
        for i, use in enumerate(recipe.datasets)
        if (facts := tables.get(use.version))
    }
    sharing = [m for i, m in mapped.items() if recipe.datasets[i].loss is None]
    yield from loss_problems(recipe.loss, Pointer("/loss"), sharing, dimensions(recipe))
    sound: list[Mapped] = []
    for i, use in enumerate(recipe.datasets):
        at = Pointer("/datasets") / i
        if use.loss is not None:
            own = [mapped[i]] if i in mapped else []
            yield from loss_problems(use.loss, at / "loss", own, dimensions(recipe))
        if i not in mapped:
            yield no_such_version(use, at)
            continue
        _, facts = mapped[i]
        columns = list(mapping_problems(use.mapping, facts, at / "mapping"))
        yield from columns
        if not columns:
            sound.append(mapped[i])
            yield from _loss_fits(recipe, i, facts)
            yield from kept_aside(use, i, facts, at)
            yield from prompt_problems(use, at)
            yield from evaluator_problems(recipe, i, facts)
    yield from same_names(recipe)
    yield from weight_problems(recipe)
    yield from sampler_problems(recipe, sound)
    yield from lora_problems(recipe)
    yield from _precision(recipe)


def _loss_fits(recipe: Recipe, i: int, facts: TableFacts) -> Iterator[Problem]:
    """Can the loss of dataset `i` use its columns?"""
    use, here = recipe.datasets[i], Pointer("/datasets") / i
    place = here / "loss" if use.loss else Pointer("/loss")
    layer = layers(recipe.loss_of(use), place)[-1]
    if layer.row is None or layer.row.wraps:
        return
    reason = complaint(layer.row, use.mapping, facts)
    if reason is None:
        return
    mapped = [(use.mapping, facts)]
    is_shared = use.loss is None and len(recipe.datasets) > 1
    others = _own_loss(here, mapped) if is_shared else use_instead(layer, mapped)
    changes = [
        Fix(label=fix.label, patch=fix.patch + _others_follow(recipe, i, changed, facts))
        for fix, changed in mapping_changes(layer.row, use.mapping, facts, here / "mapping")
        if changed.label is None or changed.label != use.held_out.part
    ]
    yield Problem(
        code="loss_does_not_fit",
        title="This loss can't use these columns",
        detail=reason,
        at=here / "mapping" if is_shared else layer.at / "name",
        fixes=(*others, *changes),
    )


def _own_loss(here: Pointer, mapped: list[Mapped]) -> list[Fix]:
    """Another loss for this dataset alone: the others may need the one that they share."""
    return [
        Fix(label=f"Use {row.name} for it", patch=(add(here / "loss", {"name": row.name}),))
        for row in fitting(mapped)[:MOST_OFFERED]
    ]


def _others_follow(
    recipe: Recipe, i: int, changed: ColumnMapping, facts: TableFacts
) -> tuple[dict[str, object], ...]:
    """With another mapping measure and sampler may have to change too: a fix leaves nothing
    broken."""
    return (
        *sampler_follows(recipe, changed, facts),
        *evaluators_follow(recipe, i, changed, facts),
        *prompts_follow(recipe.datasets[i], changed, Pointer("/datasets") / i),
    )


def _precision(recipe: Recipe) -> Iterator[Problem]:
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
