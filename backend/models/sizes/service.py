"""What one can do about a model's size. No HTTP here."""

from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.ids import ModelId
from backend.models import service, work
from backend.models.sizes import choosing
from backend.models.sizes.measure import complaint
from backend.models.sizes.schemas import (
    Measured,
    Precision,
    ShrinkIn,
    SizesOut,
    Standing,
    Tried,
    TriedOut,
)
from backend.models.sizes.tables import ModelSizes
from backend.models.sizes.words import depth_in_words, in_words
from backend.problems import Invalid, NotFound, Pointer, Problem
from backend.recipes.schemas import Recipe
from backend.runs.states import JobKind
from backend.runs.tables import Job, Run

MOST_NAME = 200
"""Characters of a model's name."""


def begin(session: Session, who: Person, broker: Broker, model_id: ModelId) -> Job:
    """Have the sizes of a model measured. Raises NotFound if `who` may not see it, Invalid where
    its evaluator can't."""
    problem = why_not(session, who, model_id)
    if problem is not None:
        raise Invalid(problem)
    return work.begin(session, who, broker, JobKind.MEASURE_SIZES, model_id, {})


def why_not(session: Session, who: Person, model_id: ModelId) -> Problem | None:
    """Why a model can't be measured at other sizes. Raises NotFound if `who` may not see it."""
    run = session.get_one(Run, service.get(session, who, model_id).run_id)
    return complaint(Recipe.model_validate(run.recipe))


def measured(session: Session, who: Person, model_id: ModelId) -> Measured | None:
    """What was measured last; None where nothing was. Raises NotFound if `who` may not see it."""
    service.get(session, who, model_id)
    row = session.get(ModelSizes, model_id)
    return Measured.model_validate(row.measured) if row else None


def show(session: Session, who: Person, model_id: ModelId, margin: float) -> SizesOut:
    """The table, read with this margin. Raises NotFound if there is none that `who` may see."""
    found = measured(session, who, model_id)
    if found is None:
        raise NotFound("table of sizes of this model", model_id)
    return table(found, margin)


def table(found: Measured, margin: float) -> SizesOut:
    """What was measured, with what can be said of each size and the one that is marked. Pure."""
    standings = choosing.standings(found.tried, margin)
    losses = choosing.may_lose(found.tried, margin)
    chosen = choosing.smallest(found.tried, margin)
    sizes = [
        _out(size, standing, loss, is_chosen=place == chosen)
        for place, (size, standing, loss) in enumerate(
            zip(found.tried, standings, losses, strict=True)
        )
    ]
    return SizesOut(
        evaluator=found.evaluator,
        metric=found.metric,
        items=found.items,
        judged=found.judged,
        machine=found.machine,
        margin=margin,
        chosen=in_words(sizes[0], sizes[chosen], margin),
        sizes=sizes,
    )


def _out(size: Tried, standing: Standing, may_lose: float, *, is_chosen: bool) -> TriedOut:
    return TriedOut(
        **size.model_dump(exclude={"lows"}),
        bytes_per_vector=size.bytes_per_vector,
        may_lose=may_lose,
        standing=standing,
        is_chosen=is_chosen,
    )


def take(session: Session, who: Person, broker: Broker, model_id: ModelId, wanted: ShrinkIn) -> Job:
    """Make one of the sizes that were tried a model of its own.

    Raises NotFound if `who` may not see the model, Invalid for a size that wasn't tried, or for the
    whole model.
    """
    found = measured(session, who, model_id)
    sizes = found.tried if found else []
    asked = (wanted.layers, wanted.dimensions, wanted.precision)
    places = [n for n, s in enumerate(sizes) if (s.layers, s.dimensions, s.precision) == asked]
    if not places:
        raise Invalid(
            Problem(
                code="size_not_tried",
                title="This size wasn't tried",
                detail="Only a size whose quality was measured can be taken. Have the sizes "
                f"measured (POST /api/v1/models/{model_id}/sizes), and take one of the table.",
                at=Pointer("/dimensions"),
            )
        )
    if places == [0]:
        raise Invalid(
            Problem(
                code="is_whole",
                title="This is the model as it is",
                detail="Nothing would be smaller. Take another size of the table.",
                at=Pointer("/dimensions"),
            )
        )
    name = wanted.name or _name(service.get(session, who, model_id).name, wanted)
    payload = wanted.model_copy(update={"name": name}).model_dump(mode="json")
    return work.begin(session, who, broker, JobKind.SHRINK, model_id, payload)


def _name(whole: str, wanted: ShrinkIn) -> str:
    precision = "" if wanted.precision is Precision.FLOAT32 else f" {wanted.precision.value}"
    said = f" ({wanted.dimensions}{precision}{depth_in_words(wanted.layers)})"
    return whole[: MOST_NAME - len(said)] + said
