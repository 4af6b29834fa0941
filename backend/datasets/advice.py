"""What a version can be trained for: the answers of `recipes`, for a table's facts.

Pure. A mapping that is given is judged first; one that isn't is proposed.
"""

from backend.catalog.columns import TableFacts
from backend.catalog.goals import GOALS
from backend.catalog.losses import LOSSES
from backend.catalog.rows import GoalRow
from backend.ids import VersionId
from backend.problems import Fix, Invalid, Pointer, Problem
from backend.recipes.dataset_problems import mapping_problems
from backend.recipes.fits import Fit, Fitness, fits
from backend.recipes.goals import goals, towards
from backend.recipes.loss_problems import unknown_name
from backend.recipes.mapping import propose
from backend.recipes.recommend import recommend
from backend.recipes.schemas import Mapping, Recipe
from backend.recipes.words import and_list

_AT = Pointer("/mapping")


def sound_mapping(facts: TableFacts, mapping: Mapping | None) -> Mapping:
    """The mapping that was given, if it can be used, or else the one to propose.

    Raises Invalid with every reason, or if no column holds texts.
    """
    if mapping is not None:
        problems = list(mapping_problems(mapping, facts, _AT))
        if problems:
            raise Invalid(*problems)
        return mapping
    proposed = propose(facts)
    if proposed is None:
        raise Invalid(
            Problem(
                code="no_texts",
                title="There are no texts to learn from",
                detail=f"None of the columns ({and_list(facts.names)}) looks like texts. "
                "Name the text columns in `mapping`, if there are any.",
                at=_AT,
            )
        )
    return proposed


def what_fits(facts: TableFacts, mapping: Mapping | None) -> tuple[Mapping, list[Fit]]:
    """The mapping, and one answer a loss for it. Raises Invalid."""
    sound = sound_mapping(facts, mapping)
    return sound, fits(sound, facts)


def recommended(
    version: VersionId,
    facts: TableFacts,
    mapping: Mapping | None,
    loss: str | None = None,
    goal: str | None = None,
) -> Recipe:
    """A recipe for this data, with `loss` or towards `goal` if one is given.

    Raises Invalid if the mapping can't be used, no loss can use it, or there is no such goal or
    none that these columns can be trained for.
    """
    if goal is not None and goal not in GOALS:
        raise Invalid(unknown_name(goal, "goal", GOALS, Pointer("/goal")))
    if loss is not None and loss not in LOSSES:
        raise Invalid(unknown_name(loss, "loss", LOSSES, Pointer("/loss")))
    sound = sound_mapping(facts, mapping)
    recipe = recommend(version, facts, sound, loss=loss)
    if recipe is None:
        raise Invalid(*_why_none(fits(sound, facts), loss))
    return recipe if goal is None else _towards(GOALS[goal], recipe, sound, facts, loss)


def _towards(
    goal: GoalRow, recipe: Recipe, mapping: Mapping, facts: TableFacts, loss: str | None
) -> Recipe:
    """The recipe turned to a goal; a loss that was asked for stays."""
    [fit] = [fit for fit in goals(mapping, facts) if fit.row is goal]
    if fit.because is not None:
        raise Invalid(
            Problem(
                code="goal_does_not_fit",
                title="These columns can't be trained for this goal",
                detail=fit.because,
                at=Pointer("/goal"),
            )
        )
    turned = Recipe.model_validate(towards(goal, recipe.model_dump(mode="json"), mapping, facts))
    return turned if loss is None else turned.model_copy(update={"loss": recipe.loss})


def _why_none(answers: list[Fit], loss: str | None) -> list[Problem]:
    """Why there is nothing to recommend: what was asked for doesn't fit; or nothing does but what
    a person should choose with open eyes."""
    fitting = [fit.loss.name for fit in answers if fit.fitness is Fitness.FITS]
    if loss is not None or not fitting:
        return [_cannot(fit) for fit in answers if loss in (None, fit.loss.name)]
    return [
        Problem(
            code="nothing_to_recommend",
            title="These columns don't say what is alike",
            detail="A second column of texts that belong to the first, or a label, would. Without, "
            f"{and_list(fitting)} can learn from the texts alone: name one as `loss`, if that is "
            "what you want.",
            at=_AT,
        )
    ]


def _cannot(fit: Fit) -> Problem:
    """`fits` points from the mapping on; the request holds it one level down."""
    return Problem(
        code="loss_does_not_fit",
        title="This loss can't use these columns",
        detail=str(fit.because),
        at=_AT,
        fixes=tuple(
            Fix(
                label=fix.label,
                patch=tuple({**step, "path": f"{_AT}{step['path']}"} for step in fix.patch),
            )
            for fix in fit.fixes
        ),
    )
