"""Can the rows be put into batches as the recipe asks? Pure."""

from collections.abc import Iterable, Iterator

from backend.catalog.columns import TableFacts, label_kinds
from backend.catalog.rows import Label, SamplerRow
from backend.catalog.samplers import SAMPLERS
from backend.problems import Fix, Pointer, Problem, remove, replace
from backend.recipes.loss_problems import unknown_name
from backend.recipes.losses import Mapped
from backend.recipes.schemas import Mapping, Recipe

_AT = Pointer("/arguments/batch_sampler")
_SORTED = frozenset({Label.CLASS, Label.BINARY})


def sampler_problems(recipe: Recipe, mapped: Iterable[Mapped]) -> Iterator[Problem]:
    """Of a sampler that the recipe names; the one that suits the loss does not come amiss."""
    name = recipe.arguments.batch_sampler
    if name is None:
        return
    mapped = list(mapped)
    able = [row.name for row in SAMPLERS.values() if all(_can(row, *each) for each in mapped)]
    fixes = [Fix(label=f"Use {other}", patch=(replace(_AT, other),)) for other in able]
    if name not in SAMPLERS:
        yield unknown_name(name, "sampler", SAMPLERS, _AT, fixes)
    elif name not in able:
        yield Problem(
            code="sampler_does_not_fit",
            title="This sampler can't use these columns",
            detail=f"{name} puts rows of the same class into a batch, so every dataset needs a "
            "label column of classes.",
            at=_AT,
            fixes=(Fix(label="Use the one that suits the loss", patch=(remove(_AT),)), *fixes),
        )


def sampler_follows(
    recipe: Recipe, changed: Mapping, facts: TableFacts
) -> tuple[dict[str, object], ...]:
    """With another mapping the sampler that is named may not do any more; then it goes."""
    row = SAMPLERS.get(recipe.arguments.batch_sampler or "")
    return (remove(_AT),) if row is not None and not _can(row, changed, facts) else ()


def _can(row: SamplerRow, mapping: Mapping, facts: TableFacts) -> bool:
    label = facts.column(mapping.label) if mapping.label else None
    return not row.needs_classes or bool(_SORTED & label_kinds(label))
