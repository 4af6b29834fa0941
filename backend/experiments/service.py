"""What one can do with experiments. No HTTP here."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.clock import utc_now
from backend.datasets import service as datasets
from backend.experiments.schemas import ExperimentIn, ExperimentOut, TrialOut
from backend.experiments.space import Varied, values_in, with_values
from backend.experiments.tables import Experiment, ExperimentStatus
from backend.ids import ExperimentId
from backend.problems import Conflict, Invalid, NotFound, Pointer, Problem
from backend.recipes.evaluators import proving
from backend.recipes.schemas import Recipe
from backend.runs import jobs, metrics
from backend.runs import service as runs
from backend.runs.schemas import FailureOut, ProgressOut
from backend.runs.tables import Run


def create(session: Session, who: Person, wished: ExperimentIn) -> Experiment:
    """Begin an experiment; its first runs come within moments.

    Raises Invalid with every problem of the recipe, and of what it is varied to.
    """
    recipe, problems = runs.judge(session, who, wished.recipe)
    if recipe is None or problems:
        raise Invalid(*(replace(each, at=Pointer("/recipe" + each.at)) for each in problems))
    if problems := [
        *_choice_problems(session, who, recipe),
        *_space_problems(session, who, wished),
    ]:
        raise Invalid(*problems)
    title = wished.name or recipe.name or f"{recipe.base_model.split('/')[-1]}, {recipe.loss.name}"
    experiment = Experiment(
        project_id=who.project_id,
        person_id=who.id,
        name=title[:180],  # its runs have a number behind it
        recipe=recipe.model_dump(mode="json"),
        space=[varied.model_dump(mode="json") for varied in wished.space],
        trials=wished.trials,
        at_once=wished.at_once,
    )
    session.add(experiment)
    session.flush()
    return experiment


def _choice_problems(session: Session, who: Person, recipe: Recipe) -> list[Problem]:
    """Without a measure and rows to choose by, nothing can be chosen."""
    if proving(recipe.evaluators) is None:
        detail = "The recipe has no measure. Name an evaluator, by which the settings are compared."
        at = Pointer("/recipe/evaluators")
    else:
        use = recipe.datasets[0]
        rows = datasets.get_version(session, who, use.version).rows
        if use.held_out.part is not None or use.held_out.rows(rows)[0] > 0:
            return []
        detail = "No rows are kept aside to choose by. Keep some (choose_rows)."
        at = Pointer("/recipe/datasets/0/held_out/choose_rows")
    return [
        Problem(
            code="nothing_to_choose_by", title="Nothing would be chosen by", detail=detail, at=at
        )
    ]


def _space_problems(session: Session, who: Person, wished: ExperimentIn) -> list[Problem]:
    """What is wrong with any end of what is varied, each alone."""
    found: list[Problem] = []
    paths = [varied.path for varied in wished.space]
    for place, varied in enumerate(wished.space):
        at = Pointer("/space") / place
        if paths.index(varied.path) != place:
            detail = f"{varied.path} is varied twice. Leave one of them out."
            found.append(Problem(code="twice", title="Varied twice", detail=detail, at=at))
        for value in varied.ends:
            try:
                _, problems = runs.judge(
                    session, who, with_values(wished.recipe, {varied.path: value})
                )
            except (LookupError, TypeError, ValueError, AttributeError):
                detail = f"The recipe has no place {varied.path}."
                problems = [Problem(code="no_such_place", title="No such place", detail=detail)]
            found += [
                Problem(
                    code=each.code,
                    title=each.title,
                    detail=f"With {varied.path} {value}: {each.detail}",
                    at=at,
                )
                for each in problems
            ]
    return found


def get(session: Session, who: Person, experiment_id: ExperimentId) -> Experiment:
    """Raises NotFound where there is none, or it isn't theirs."""
    found = session.scalar(newest(who).where(Experiment.id == experiment_id))
    if found is None:
        raise NotFound("experiment", experiment_id)
    return found


def newest(who: Person) -> Select[Experiment]:
    return select(Experiment).where(Experiment.project_id == who.project_id)


def cancel(
    session: Session, who: Person, broker: Broker, experiment_id: ExperimentId
) -> Experiment:
    """Start no more trials, and stop those that run or wait. What has ended stays. Twice is once.

    Raises NotFound if `who` may not see it, Conflict if it has ended.
    """
    experiment = get(session, who, experiment_id)
    if experiment.status is ExperimentStatus.ENDED:
        raise Conflict("ended", "This experiment has ended", "All its runs have ended already.")
    experiment.status = ExperimentStatus.CANCELLED
    experiment.ended_at = experiment.ended_at or utc_now()
    for run in runs_of(session, experiment):
        if not run.job.status.is_ended:
            jobs.cancel(session, run.job, broker)
    session.flush()
    return experiment


def runs_of(session: Session, experiment: Experiment) -> Sequence[Run]:
    """Its trials, in their order."""
    query = select(Run).where(Run.experiment_id == experiment.id).order_by(Run.id)
    return session.scalars(query).all()


def show(session: Session, experiment: Experiment) -> ExperimentOut:
    """An experiment as people and programs see it."""
    space = space_of(experiment)
    metric = metric_of(experiment)
    trials = runs_of(session, experiment)
    tried = [trial(session, run, space, metric) for run in trials]
    model_of = {each.run_id: each.model_id for each in tried}
    bases = (
        curve.curve.values[0]
        for run in trials
        for curve in metrics.drawn(session, run.job_id, [f"base/{metric}"])
    )
    return ExperimentOut(
        id=experiment.id,
        name=experiment.name,
        status=experiment.status,
        metric=metric,
        base=next(bases, None),
        space=space,
        trials=experiment.trials,
        at_once=experiment.at_once,
        tried=tried,
        chosen_run_id=experiment.chosen_run_id,
        chosen_model_id=model_of.get(experiment.chosen_run_id)
        if experiment.chosen_run_id
        else None,
        problem=FailureOut.model_validate(experiment.problem) if experiment.problem else None,
        recipe=experiment.recipe,
        created_at=experiment.created_at,
        ended_at=experiment.ended_at,
    )


def trial(session: Session, run: Run, space: Sequence[Varied], metric: str) -> TrialOut:
    """The metric is the highest that was measured on *choose*: that checkpoint became the model."""
    told = metrics.drawn(session, run.job_id, [f"choose/{metric}"])
    values = told[0].curve.values if told else []
    progress = ProgressOut.model_validate(run.job.progress) if run.job.progress else None
    return TrialOut(
        run_id=run.id,
        name=run.name,
        status=run.job.status,
        percent=progress.percent if progress else None,
        values=values_in(run.recipe, space),
        metric=max(values, default=None),
        curve=values,
        model_id=run.model_id,
    )


def space_of(experiment: Experiment) -> list[Varied]:
    return [Varied.model_validate(varied) for varied in experiment.space]


def metric_of(experiment: Experiment) -> str:
    row = proving(Recipe.model_validate(experiment.recipe).evaluators)
    assert row is not None, "without a measure no experiment begins"
    return row.metric
