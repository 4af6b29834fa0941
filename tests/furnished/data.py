"""Data of every kind: clean, faulty, unusable; as it is brought, changed and reviewed."""

import csv
import io
from collections.abc import Sequence

import httpx2

from backend.accounts.people import THE_PERSON
from backend.datasets import facts, service
from backend.datasets.findings.finding import Finding, FindingKind
from backend.datasets.operations.by_name import OPERATIONS
from backend.datasets.profile import ProfileSettings, Suspect
from backend.datasets.tables import Profile
from backend.ids import VersionId
from backend.preparing import profiles
from backend.runs import jobs
from backend.runs.states import JobKind, JobStatus, Phase
from backend.runs.tables import Job
from backend.studio import Studio
from tests.conftest import TINY
from tests.furnished.places import Place
from tests.runs.trainings import pairs_csv, upload
from worker.jobs.looking.look import look
from worker.jobs.profile_order import ProfileOrder

PROBLEM = {
    "code": "x",
    "title": "It broke off",
    "detail": "The file ends too early. Send it again.",
}
PROGRESS = {
    "phase": "saving",
    "bytes_done": 4_000_000,
    "bytes_total": 9_000_000,
    "percent": 44.0,
    "eta_seconds": 12.0,
}
STATES = ("queued", "running", "paused", "failed", "cancelled")

SCORED = [["sentence1", "sentence2", "score"]] + [
    [f"the cat {n}", f"a cat {n}", f"{n % 6}"] for n in range(60)
]
CLASSES = [["text", "class"]] + [[f"the cat {n}", "cats" if n % 2 else "dogs"] for n in range(60)]
THREES = [["anchor", "positive", "negative"]] + [
    [f"the cat {n}", f"a cat {n}", f"a dog {n}"] for n in range(60)
]
NUMBERS = [["n", "m"]] + [[str(n), str(n * n)] for n in range(20)]
FAULTY = [["question", "answer", "id", "when", "page", "team", "note"]] + [
    [
        f"where is cat {n // 2}",
        f"<b>the cat {n // 2}</b> Ã¼ber a@example.org" if n % 3 else "The cat sat. " * 200,
        str(n),
        "",
        str(n),
        "x",
        "",
    ]
    for n in range(60)
]


def tables(api: httpx2.Client) -> dict[str, str]:
    """Ids of versions, by what is in them."""
    found = {"pairs": str(upload(api, pairs_csv(), "questions.csv")["id"])}
    named = {
        "scored": SCORED,
        "classes": CLASSES,
        "threes": THREES,
        "numbers": NUMBERS,
        "faulty": FAULTY,
    }
    for name, rows in named.items():
        found[name] = str(upload(api, as_csv(rows), f"{name}.csv")["id"])
    return found


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def look_at(studio: Studio, version_id: str, suspects: Sequence[Suspect] = ()) -> None:
    """What a worker's look at it finds; and, if a model had looked too, what it would suspect."""
    settings = ProfileSettings(base_model=TINY, with_model=bool(suspects))
    with studio.database.writing() as session:
        version = service.get_version(session, THE_PERSON, VersionId(version_id))
        kept = profiles.ask(session, THE_PERSON, studio.broker, version, settings)
        profile_id, table = kept.id, facts.from_json(version.facts)
        place = studio.storage.file(version.object_hash)
    order = ProfileOrder(settings=settings, facts=table, rows_file=place, model_folders={})
    found = look(order, None, lambda percent: None)
    findings = [*found.findings, *([_suspected(suspects)] if suspects else [])]
    found = found.model_copy(update={"findings": findings, "suspects": list(suspects)})
    with studio.database.writing() as session:
        kept = session.get_one(Profile, profile_id)
        kept.result = found.model_dump(mode="json")
        session.get_one(Job, kept.job_id).status = JobStatus.SUCCEEDED


def _suspected(suspects: Sequence[Suspect]) -> Finding:
    return Finding(
        kind=FindingKind.FALSE_NEGATIVES,
        sentence=f"{len(suspects)} wrong answers: each is the answer of another row, and would count "
        "as wrong in its batch, though tiny-bert finds it as right as the row's own.",
        count=len(suspects),
        looked_at=60,
        rows=[each.row for each in suspects],
        needs_review=True,
    )


def _suspect(row: int) -> Suspect:
    return Suspect(
        row=row,
        column="answer",
        text_row=row + 1,
        anchor_column="question",
        own_column="answer",
        score=0.91,
        own_score=0.72,
        as_near_as=0.8,
    )


def under_way(studio: Studio, kind: JobKind, payload: dict[str, object]) -> dict[str, str]:
    """A job of this kind in each of its states, by the state."""
    made = {}
    with studio.database.writing() as session:
        for state in STATES:
            job = jobs.enqueue(session, THE_PERSON, studio.broker, kind, payload)
            job.status = JobStatus(state)
            if state == "running":
                job.phase, job.progress = Phase.SAVING, PROGRESS
            if state in ("failed", "paused"):
                job.problem = PROBLEM
            if job.status.is_ended:
                job.ended_at = job.created_at
            made[state] = str(job.id)
    return made


def furnish(studio: Studio, api: httpx2.Client, versions: dict[str, str]) -> list[Place]:
    """Pages of data; `versions` are those of `tables`."""
    look_at(studio, versions["pairs"], [_suspect(row) for row in (0, 10, 20)])
    look_at(studio, versions["faulty"])
    pairs, faulty = f"/data/{versions['pairs']}", f"/data/{versions['faulty']}"
    places = [
        Place(name="data", path="/data", is_fullest=True),
        Place(name="data-faulty", path=faulty, is_fullest=True),
        Place(name="data-looked-at", path=pairs),
        Place(name="data-chosen", path=f"{faulty}?input=question&input=answer&label=id"),
        Place(name="data-finding", path=f"{faulty}?finding=0"),
        Place(name="data-nothing-found", path=f"{faulty}?q=nowhere"),
        Place(name="data-review", path=f"{pairs}/review/false_negatives", is_fullest=True),
        Place(name="data-review-end", path=f"{pairs}/review/false_negatives?at=3"),
        Place(name="data-convert", path=f"{faulty}/convert", is_fullest=True),
        Place(name="data-hub", path="/data/hub", is_fullest=True),
        Place(name="data-hub-none", path="/data/hub?q=nothing"),
        Place(name="data-hub-dataset", path="/data/hub/team/pairs", is_fullest=True),
        Place(name="data-hub-classes", path="/data/hub/team/nli"),
        Place(name="data-hub-missing", path="/data/hub/team/missing", status=404),
    ]
    places += [
        Place(name=f"data-{name}", path=f"/data/{versions[name]}")
        for name in ("scored", "classes", "threes", "numbers")
    ]
    for name in OPERATIONS:
        of = versions["classes"] if "class" in name else versions["faulty"]
        is_fullest = name == "split"
        path = f"/data/{of}/convert/{name}"
        places.append(Place(name=f"data-operation-{name}", path=path, is_fullest=is_fullest))
    told = {"files": {"name": "questions.csv", "uploads": []}}
    for state, job in under_way(studio, JobKind.IMPORT, told).items():
        is_fullest = state == "running"
        path = f"/data/imports/{job}"
        places.append(Place(name=f"data-import-{state}", path=path, is_fullest=is_fullest))
    steps = {
        "version_id": versions["faulty"],
        "operations": [{"name": "drop_duplicates"}, {"name": "strip_html"}],
        "name": None,
    }
    for state, job in under_way(studio, JobKind.CONVERT, steps).items():
        is_fullest = state == "running"
        path = f"/data/changes/{job}"
        places.append(Place(name=f"data-change-{state}", path=path, is_fullest=is_fullest))
    return places
