"""An experiment goes on: a round looks at each that runs, starts its next trials, or chooses.

One of the reconciler's rounds. Many processes may do it at once: who raises `started` by one starts
the trial, and who ends the experiment has chosen.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.accounts.people import SCOPES, Person, Role
from backend.clock import utc_now
from backend.experiments import service
from backend.experiments.schemas import TrialOut
from backend.experiments.space import Varied, values_in, with_values
from backend.experiments.suggest import Tried, suggest
from backend.experiments.tables import Experiment, ExperimentStatus
from backend.ids import ExperimentId, PersonId, ProjectId
from backend.models import proving
from backend.problems import Conflict, Invalid, NotFound, Refusal
from backend.runs import service as runs
from backend.runs.service import Order
from backend.runs.states import JobStatus
from backend.studio import Studio

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """An experiment as a round saw it."""

    id: ExperimentId
    who: Person
    name: str
    recipe: dict[str, Any]
    space: list[Varied]
    trials: int
    at_once: int
    started: int
    tried: list[TrialOut]

    @property
    def open(self) -> int:
        return sum(not each.status.is_ended for each in self.tried)

    @property
    def best(self) -> TrialOut | None:
        """By the metric on *choose* alone; of equal ones the first."""
        made = [
            each
            for each in self.tried
            if each.status is JobStatus.SUCCEEDED
            and each.model_id is not None
            and each.metric is not None
        ]
        return max(made, key=lambda each: each.metric or 0.0, default=None)


def go_on_with_experiments(studio: Studio, _now: float) -> None:
    """One round over all experiments that run."""
    with studio.database.reading() as session:
        query = select(Experiment).where(Experiment.status == ExperimentStatus.RUNNING)
        seen = [_look(session, experiment) for experiment in session.scalars(query)]
    for each in seen:
        try:
            _go_on(studio, each)
        except Refusal as refusal:  # of one experiment; the others go on
            log.warning("experiment can't go on", experiment_id=each.id, reason=str(refusal))


def _look(session: Session, experiment: Experiment) -> _Seen:
    shown = service.show(session, experiment)
    return _Seen(
        id=experiment.id,
        who=_on_behalf_of(experiment.project_id, experiment.person_id),
        name=experiment.name,
        recipe=experiment.recipe,
        space=shown.space,
        trials=experiment.trials,
        at_once=experiment.at_once,
        started=experiment.started,
        tried=shown.tried,
    )


def _on_behalf_of(project_id: ProjectId, person_id: PersonId) -> Person:
    """Who began it: its runs are theirs, and go to the Hub as they would."""
    return Person(id=person_id, project_id=project_id, role=Role.MEMBER, scopes=SCOPES[Role.MEMBER])


def _go_on(studio: Studio, seen: _Seen) -> None:
    if seen.started >= seen.trials:
        if seen.open == 0:
            _choose(studio, seen)
        return
    for _ in range(min(seen.at_once - seen.open, seen.trials - seen.started)):
        begun = _start_next(studio, seen)
        if begun is None:
            return
        seen = begun


def _start_next(studio: Studio, seen: _Seen) -> _Seen | None:
    """What is tried is reckoned before the transaction; None where this round can do no more."""
    tried = [
        Tried(values=each.values, metric=each.metric if each.status.is_ended else None,
              is_ended=each.status.is_ended)
        for each in seen.tried
    ]  # fmt: skip
    own = values_in(seen.recipe, seen.space)
    values = suggest(seen.space, own, tried, _seed(seen))
    try:
        with studio.database.writing() as session:
            is_ours = session.execute(
                update(Experiment)
                .where(
                    Experiment.id == seen.id,
                    Experiment.started == seen.started,
                    Experiment.status == ExperimentStatus.RUNNING,
                )
                .values(started=seen.started + 1)
                .returning(Experiment.id)
            ).one_or_none()
            if is_ours is None:
                return None
            order = Order(
                name=f"{seen.name} · {seen.started + 1}",
                opens_prove=False,
                experiment_id=seen.id,
            )
            recipe = with_values(seen.recipe, values)
            run = runs.create(session, seen.who, studio.broker, recipe, order)
            begun = service.trial(session, run, seen.space, "")
    except (Invalid, NotFound) as refusal:
        _end(studio, seen, None, refusal)
        return None
    except Refusal as refusal:  # such as a full queue: the next round asks again
        log.info("trial can't begin yet", experiment_id=seen.id, reason=str(refusal))
        return None
    log.info("trial begun", experiment_id=seen.id, run_id=begun.run_id)
    return replace(seen, started=seen.started + 1, tried=[*seen.tried, begun])


def _seed(seen: _Seen) -> int:
    return int(seen.recipe["seed"])


def _choose(studio: Studio, seen: _Seen) -> None:
    best = seen.best
    if _end(studio, seen, best, None) and best is not None:
        log.info("experiment ended", experiment_id=seen.id, run_id=best.run_id)


def _end(studio: Studio, seen: _Seen, best: TrialOut | None, why: Refusal | None) -> bool:
    """End it, once; and open *prove* for what was chosen, unless somebody has, or has deleted it."""
    problem = why.problems[0] if why else None
    with studio.database.writing() as session:
        ended = session.execute(
            update(Experiment)
            .where(Experiment.id == seen.id, Experiment.status == ExperimentStatus.RUNNING)
            .values(
                status=ExperimentStatus.ENDED,
                chosen_run_id=best.run_id if best else None,
                problem={"code": problem.code, "title": problem.title, "detail": problem.detail}
                if problem
                else None,
                ended_at=utc_now(),
            )
            .returning(Experiment.id)
        ).one_or_none()
        if ended is not None and best is not None and best.model_id is not None:
            with suppress(Conflict, NotFound):
                proving.open_prove(session, seen.who, studio.broker, best.model_id)
    return ended is not None
