"""The estimate of a recipe: its facts, gathered, and what earlier runs of the machine say.

What a run was expected to take is kept with it, and what it took beside that: the next estimate
learns from the two.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.catalog.columns import ColumnFacts
from backend.datasets import service as datasets
from backend.datasets.tables import Profile
from backend.ids import RunId, VersionId
from backend.recipes.estimate.estimate import Estimate, estimate
from backend.recipes.estimate.experience import Past
from backend.recipes.estimate.lengths import Lengths, counted, guessed
from backend.recipes.estimate.reckoned import Reckoned, reckon
from backend.recipes.estimate.speed import CPU, USUAL_CPU, USUAL_GPU, Speed
from backend.recipes.estimate.spent import Spent
from backend.recipes.estimate.work import Known, work_of
from backend.recipes.schemas import Recipe
from backend.runs import base_facts, machines
from backend.runs.schemas import CostOut
from backend.runs.tables import Machine, RunCost

REMEMBERED_RUNS = 40
"""So many of a machine's newest runs are asked what they took."""

PROFILES_LOOKED_AT = 3


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """An estimate, and what it was reckoned from: `speed_at` is by which measure."""

    estimate: Estimate
    reckoned: Reckoned
    speed_at: str | None


def foresee(
    session: Session, who: Person, recipe: Recipe, hosts: int = 1, *, opens_prove: bool = True
) -> Foreseen:
    """Of a sound recipe, on the machine whose worker came last, with as many like it."""
    machine = machines.newest(session)
    speed = _speed_of(machine)
    model = base_facts.facts_of(session, recipe.base_model)
    limit = recipe.arguments.max_seq_length or model.max_tokens
    facts = datasets.facts_of(session, who, {use.version for use in recipe.datasets})
    seen = {version: _token_counts(session, version) for version in facts}
    known = [
        Known(facts=facts[use.version], lengths=_lengths(seen[use.version], limit))
        for use in recipe.datasets
    ]
    work = work_of(
        recipe,
        known,
        lambda name: base_facts.facts_of(session, name),
        (machine.ranks if machine else 1) * hosts,
        opens_prove=opens_prove,
    )
    reckoned = reckon(
        work, model, speed, recipe.arguments, recipe.lora.rank if recipe.lora else None
    )
    speed_at = machines.stamp(machine.measured_at) if machine else None
    found = estimate(
        work,
        reckoned,
        model,
        speed,
        _past(session, machine, speed_at, recipe),
        host=machine.host if machine else None,
        has_measured_itself=speed_at is not None,
        are_tokens_counted=all(
            name in seen[use.version] for use in recipe.datasets for name in use.mapping.inputs
        ),
    )
    return Foreseen(estimate=found, reckoned=reckoned, speed_at=speed_at)


def told(session: Session, run_id: RunId) -> CostOut:
    """What a run was expected to take; and took, where it has ended well."""
    cost = session.get(RunCost, run_id)
    return CostOut(
        estimate=Estimate.model_validate(cost.estimate) if cost else None,
        spent=Spent.model_validate(cost.spent) if cost and cost.spent else None,
    )


def keep(session: Session, run_id: RunId, recipe: Recipe, foreseen: Foreseen) -> None:
    """What the run is expected to take, as it is queued."""
    session.add(
        RunCost(
            run_id=run_id,
            base_model=recipe.base_model,
            version_id=recipe.datasets[0].version,
            speed_at=foreseen.speed_at,
            estimate=foreseen.estimate.model_dump(mode="json"),
            reckoned=foreseen.reckoned.model_dump(mode="json"),
        )
    )
    session.flush()


def took(session: Session, run_id: RunId, spent: Spent) -> None:
    """What the run took, as it ends well."""
    cost = session.get(RunCost, run_id)
    if cost is None:
        return  # it was queued before estimates were made
    cost.host, cost.device = spent.host, spent.device
    cost.spent = spent.model_dump(mode="json")
    session.flush()


def _speed_of(machine: Machine | None) -> Speed:
    if machine is None:
        return USUAL_CPU
    if machine.speed is not None:
        return Speed.model_validate(machine.speed)
    return USUAL_CPU if machine.device == CPU else USUAL_GPU


def _past(
    session: Session, machine: Machine | None, speed_at: str | None, recipe: Recipe
) -> list[Past]:
    """The newest runs of this machine that say something of its speed."""
    if machine is None:
        return []
    query = (
        select(RunCost)
        .where(RunCost.host == machine.host, RunCost.device == machine.device)
        .order_by(RunCost.run_id.desc())
        .limit(REMEMBERED_RUNS)
    )
    found = []
    for cost in session.scalars(query):
        if cost.spent is None or cost.speed_at != speed_at:
            continue
        spent = Spent.model_validate(cost.spent)
        if spent.steps and not spent.was_resumed:
            found.append(
                Past(
                    reckoned=Reckoned.model_validate(cost.reckoned),
                    spent=spent,
                    is_same_model=cost.base_model == recipe.base_model,
                    is_same_data=cost.version_id == recipe.datasets[0].version,
                )
            )
    return found


def _token_counts(session: Session, version: VersionId) -> dict[str, dict[str, Any]]:
    """The lengths of each column's texts in tokens, where a profile has counted them."""
    query = (
        select(Profile.result)
        .where(Profile.version_id == version)
        .order_by(Profile.created_at.desc(), Profile.id.desc())
        .limit(PROFILES_LOOKED_AT)
    )
    made: Sequence[dict[str, Any]] = [result for result in session.scalars(query) if result]
    columns = made[0]["columns"] if made else []
    return {
        column["name"]: column["tokens"]["lengths"] for column in columns if column.get("tokens")
    }


def _lengths(counts: dict[str, dict[str, Any]], limit: int) -> Callable[[ColumnFacts], Lengths]:
    def of(column: ColumnFacts) -> Lengths:
        told = counts.get(column.name)
        if told is None:
            return guessed(column, limit)
        drawn = told["histogram"]
        return counted(drawn["edges"], drawn["counts"], told["mean"], limit)

    return of
