"""Can what is to be measured be measured by what the recipe names? Pure."""

from collections.abc import Iterator

from backend.catalog.columns import TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.problems import Fix, Pointer, Problem, remove, replace
from backend.recipes.evaluators import cannot_measure, measuring
from backend.recipes.loss_problems import unknown_name
from backend.recipes.losses import dimensions, innermost
from backend.recipes.schemas import Mapping, Recipe


def evaluators_follow(
    recipe: Recipe, i: int, changed: Mapping, facts: TableFacts
) -> tuple[dict[str, object], ...]:
    """With another mapping of dataset `i` what measures it may have to change too: a fix leaves
    nothing broken."""
    known, loss = dimensions(recipe), innermost(recipe.loss_of(recipe.datasets[i])).name
    fitting = measuring(changed, facts, known)
    own = (Pointer("/datasets") / i / "evaluators", recipe.datasets[i].evaluators)
    asked = [(Pointer("/evaluators"), recipe.evaluators), own] if i == 0 else [own]
    patch = tuple(
        replace(at, [{"name": name} for name in fitting[:1]])
        for at, chosen in asked
        if any(_why_not(one.name, changed, facts, known, loss) for one in chosen)
    )
    return patch if fitting or not patch else patch + _nothing_kept_aside(recipe, i)


def _nothing_kept_aside(recipe: Recipe, i: int) -> tuple[dict[str, object], ...]:
    """Without evaluators of its own a further dataset has no use for rows that are kept aside."""
    is_told = i > 0 and recipe.datasets[i].held_out.is_any
    return (remove(Pointer("/datasets") / i / "held_out"),) if is_told else ()


def _why_not(
    name: str, mapping: Mapping, facts: TableFacts, dimensions: int | None, loss: str
) -> str | None:
    row = EVALUATORS.get(name)
    return cannot_measure(row, mapping, facts, dimensions, loss) if row else "There is none."


def evaluator_problems(recipe: Recipe, i: int, facts: TableFacts) -> Iterator[Problem]:
    """Of dataset `i`: its own evaluators, and of the first one, which proves, the recipe's."""
    use, loss = recipe.datasets[i], innermost(recipe.loss_of(recipe.datasets[i])).name
    is_last = len(use.evaluators) == 1
    with_it = _nothing_kept_aside(recipe, i) if is_last else ()
    asked = [(Pointer("/datasets") / i / "evaluators", use.evaluators, with_it)]
    if i == 0:
        asked.insert(0, (Pointer("/evaluators"), recipe.evaluators, ()))
    for at, evaluators, goes_too in asked:
        names = [evaluator.name for evaluator in evaluators]
        yield from _cannot_measure(
            names, use.mapping, facts, dimensions(recipe), loss, at, goes_too
        )


def _cannot_measure(
    chosen: list[str],
    mapping: Mapping,
    facts: TableFacts,
    dimensions: int | None,
    loss: str,
    place: Pointer,
    goes_too: tuple[dict[str, object], ...],
) -> Iterator[Problem]:
    fitting = measuring(mapping, facts, dimensions)
    for i, name in enumerate(chosen):
        at = place / i
        instead = [
            Fix(label=f"Measure by {other}", patch=(replace(at / "name", other),))
            for other in fitting
            if other not in chosen
        ]
        fixes = instead or [Fix(label=f"Don't measure by {name}", patch=(remove(at), *goes_too))]
        row = EVALUATORS.get(name)
        if row is None:
            yield unknown_name(name, "evaluator", EVALUATORS, at / "name", fixes)
        elif reason := cannot_measure(row, mapping, facts, dimensions, loss):
            yield Problem(
                code="evaluator_does_not_fit",
                title="This evaluator can't use these columns",
                detail=reason,
                at=at / "name",
                fixes=tuple(fixes),
            )
