"""Runs in every state, plans of all kinds of data, and several settings that are tried."""

from datetime import timedelta
from typing import Any

import httpx2

from backend.accounts.people import THE_PERSON, Person
from backend.clock import utc_now
from backend.experiments.rounds import go_on_with_experiments
from backend.ids import RunId
from backend.runs import jobs
from backend.runs.events import Fact
from backend.runs.states import JobKind, JobStatus, Outcome
from backend.runs.tables import Job, Run
from backend.sharing import service as sharing
from backend.studio import Studio
from tests.backend.proof.judged_runs import end_next, judged
from tests.browser.held_run import HeldRun
from tests.furnished.data import PROBLEM
from tests.furnished.places import Place
from tests.runs.trainings import recipe_for

SPACE = [{"path": "arguments.learning_rate", "low": 1e-4, "high": 1e-2, "is_log": True}]
MACHINE = {
    "host": {"cpu_percent": 51.0, "memory_used_bytes": 3 << 30, "memory_total_bytes": 8 << 30},
    "devices": [
        {
            "index": 0,
            "name": "A card",
            "utilisation_percent": 88.0,
            "memory_used_bytes": 9 << 30,
            "memory_total_bytes": 16 << 30,
        }
    ],
}


def a_run(studio: Studio, recipe: dict[str, Any], status: JobStatus, name: str) -> RunId:
    """A run that came to this without a worker."""
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        made = Run(project_id=job.project_id, job_id=job.id, name=name, recipe=recipe, job=job)
        session.add(made)
        job.status = status
        if status in (JobStatus.FAILED, JobStatus.PAUSED):
            job.problem = PROBLEM
        if status.is_ended:
            job.started_at = utc_now() - timedelta(minutes=7)
            job.ended_at = utc_now()
        session.flush()
        return made.id


def held(studio: Studio, api: httpx2.Client) -> HeldRun:
    """One that is at work: curves, a log, a checkpoint, the machine."""
    run = HeldRun(studio, api)
    run.train(*range(1, 41))
    run.measure(0, 0.40, of="base")
    for step, value in ((10, 0.41), (20, 0.44), (30, 0.46), (40, 0.47)):
        run.measure(step, value)
    run.say("120 rows: 80 to learn from, 16 to choose by, 24 to prove by")
    run.tell(Fact("system", MACHINE))
    with studio.database.reading() as session:
        job_id = session.get_one(Run, RunId(run.id)).job_id
    place = studio.settings.jobs / job_id / "attempt-1" / "checkpoints" / "checkpoint-40"
    place.mkdir(parents=True)
    (place / "model.safetensors").write_bytes(b"\0" * 4096)
    return run


def experiments(studio: Studio, api: httpx2.Client, recipe: dict[str, Any]) -> dict[str, str]:
    """One that goes on, and one that has chosen; their ids."""
    wished = {"recipe": recipe, "space": SPACE, "trials": 2}
    chosen = str(api.post("experiments", json=wished | {"name": "rates"}).json()["id"])
    for best in (0.5, 0.6):
        go_on_with_experiments(studio, 0.0)
        end_next(studio, metrics=[(1, best / 2), (2, best), (3, best - 0.05)])
    go_on_with_experiments(studio, 0.0)
    going = str(api.post("experiments", json=wished | {"name": "more rates"}).json()["id"])
    go_on_with_experiments(studio, 0.0)
    return {"chosen": chosen, "going": going}


def compared(studio: Studio, recipe: dict[str, Any]) -> list[str]:
    """Three runs with curves, each judged on the same rows to choose by."""
    made = []
    for n, name in enumerate(("first", "second", "third")):
        own = recipe | {"seed": n}
        found = a_run(studio, own, JobStatus.QUEUED, name)
        with studio.database.writing() as session:
            job = session.get_one(Job, session.get_one(Run, found).job_id)
            job.priority = 50
        tuned = [0.3 + 0.1 * n + 0.01 * (k % 7) for k in range(40)]
        end_next(
            studio,
            judged(tuned, base=[0.3 + 0.01 * (k % 5) for k in range(40)]),
            losses=[2 / k for k in range(1, 20)],
            metrics=[(k, 0.3 + 0.01 * k) for k in range(1, 10)],
        )
        made.append(str(found))
    return made


def share(studio: Studio, who: Person, run_id: RunId) -> list[Place]:
    """The page that makes links to a run, and what such a link shows."""
    with studio.database.writing() as session:
        _, secret = sharing.create(session, who, run_id, 7)
    return [
        Place(name="run-share", path=f"/runs/{run_id}/share", is_fullest=True),
        Place(name="run-shared", path=f"/shared/{secret}", is_fullest=True),
    ]


def furnish(
    studio: Studio, api: httpx2.Client, who: Person, versions: dict[str, str]
) -> list[Place]:
    recipe = recipe_for(api, versions["pairs"])
    compared_runs = compared(studio, recipe)
    at_work = held(studio, api)
    failing = HeldRun(studio, api)
    failing.say("The worker lost the file")
    failing.end(Outcome.REFUSED)
    tried = experiments(studio, api, recipe)
    api.post("recipes", json={"name": "usual", "recipe": recipe})
    side_by_side = "&".join(f"run={each}" for each in compared_runs)
    places = [
        Place(name="home", path="/", is_fullest=True),
        Place(name="runs", path="/runs", is_fullest=True),
        Place(name="run-at-work", path=f"/runs/{at_work.id}", is_fullest=True),
        Place(name="run-ended", path=f"/runs/{compared_runs[0]}"),
        *share(studio, who, RunId(at_work.id)),
        Place(name="run-refused", path=f"/runs/{failing.id}"),
        Place(name="runs-compared", path=f"/runs/compare?{side_by_side}", is_fullest=True),
        Place(name="runs-compared-rows", path=f"/runs/compare?{side_by_side}&by=rows"),
        Place(name="experiment", path=f"/experiments/{tried['chosen']}", is_fullest=True),
        Place(name="experiment-going", path=f"/experiments/{tried['going']}"),
        Place(name="templates", path="/templates", is_fullest=True),
        Place(name="plan-again", path=f"/plan?run={at_work.id}"),
    ]
    for state in ("queued", "paused", "failed", "cancelled"):
        found = a_run(studio, recipe, JobStatus(state), state)
        places.append(Place(name=f"run-{state}", path=f"/runs/{found}"))
    for name, version in versions.items():
        is_fullest = name == "pairs"
        path = f"/plan?version={version}"
        places.append(Place(name=f"plan-{name}", path=path, is_fullest=is_fullest))
    return places
