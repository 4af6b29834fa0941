"""Models: better, unsure, unjudged; seen, guarded, blended, measured, exported, published."""

from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pyarrow as pa

from backend.accounts.people import THE_PERSON, Person
from backend.catalog.evaluators import EVALUATORS
from backend.datasets.incoming import workplace
from backend.hub.tables import HubConnection
from backend.ids import ModelId, VersionId
from backend.models import work
from backend.models.schemas import BlendOut, ShareOut
from backend.models.tables import Model
from backend.proof import kept, neighbours, seen
from backend.proof.bootstrap import compare
from backend.proof.flat_maps import flat_maps
from backend.proof.kept import PROVE, Kept
from backend.proof.schemas import GroupTail, GuardedSet, GuardOut, Served, Tails, Word
from backend.proof.seen import Asked, Seen
from backend.proof.tables import Evaluation
from backend.proof.verdict import judge, tail_of
from backend.publishing.leaving import text_hash
from backend.publishing.tables import Publication
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Run
from backend.studio import Studio
from tests.furnished.data import PROBLEM
from tests.furnished.places import Place
from tests.models import a_model
from tests.runs.trainings import recipe_for
from tests.sizes import measure
from tests.tiny_model import sentences, write_tiny_bert

EVALUATOR, METRIC = "InformationRetrievalEvaluator", "cosine_ndcg@10"
ITEMS = 60
SERVED = Served(
    texts=8,
    largest_gap=0.0,
    metric=METRIC,
    measured=0.61,
    again=0.61,
    is_same=True,
    sentence="Loaded again, it gave the same figures.",
)


def prove(studio: Studio, model_id: ModelId, version_id: str, gain: float, part_hash: str) -> None:
    """*Prove* is opened for it: so much better than its base, each question a little differently."""
    random = np.random.default_rng(3)
    before = random.uniform(0.2, 0.6, ITEMS)
    after = before + random.normal(gain, 0.1, ITEMS)
    row = EVALUATORS[EVALUATOR]
    found = compare(row.statistic, before, after)
    names = ["short" if n % 2 else "long" for n in range(ITEMS)]
    groups = []
    for name in ("short", "long"):
        of = [n for n in range(ITEMS) if names[n] == name]
        part = compare(row.statistic, before[of], after[of])
        groups.append(
            GroupTail(
                by="length",
                group=name,
                queries=len(of),
                before=part.before,
                after=part.after,
                tail=tail_of(part),
            )
        )
    folder = f"proofs/{model_id}"
    with workplace(studio.settings) as place:
        texts = [f"where is cat {n}" for n in range(ITEMS)]
        kept.write(
            place,
            Kept(
                part=PROVE,
                part_hash=part_hash,
                evaluator=EVALUATOR,
                metric=METRIC,
                texts=texts,
                wanted=[f"cat {n} is here" for n in range(ITEMS)],
                base=before,
                tuned=after,
                found_base=[["a dog"]] * ITEMS,
                found_tuned=[["a cat"]] * ITEMS,
                groups={"length": names},
            ),
        )
        studio.storage.put_folder(place, folder)
    verdict = judge(row, METRIC, before, after)
    tails = Tails(whole=tail_of(found), groups=groups)
    with studio.database.writing() as session:
        session.add(
            Evaluation(
                project_id=THE_PERSON.project_id,
                model_id=model_id,
                version_id=VersionId(version_id),
                part=PROVE,
                part_hash=part_hash,
                evaluator=EVALUATOR,
                before={METRIC: verdict.before, "cosine_accuracy@1": 0.3},
                after={METRIC: verdict.after, "cosine_accuracy@1": 0.5},
                verdict=verdict.model_dump(mode="json"),
                p_value=tails.whole.p_value,
                tails=tails.model_dump(mode="json"),
                folder=folder,
            )
        )


def look_at(studio: Studio, model_id: ModelId) -> None:
    """What both models make of the texts; the vectors are drawn."""
    texts = [*dict.fromkeys(sentences(80, seed=3))]
    base, tuned = (_unit(n, len(texts)) for n in (0, 1))
    found = Seen(
        texts=pa.array(texts, pa.string()),
        base=base.astype(np.float16),
        tuned=tuned.astype(np.float16),
        neighbours=neighbours.compare(base, tuned),
        maps=flat_maps(base, tuned),
        asked=Asked(is_query=False, prompt=None, revision=None),
        groups={"animal": ["cat" if n % 2 else "dog" for n in range(len(texts))]},
    )
    with workplace(studio.settings) as folder:
        seen.write(folder / "seen", found)
        studio.storage.put_folder(folder / "seen", seen.key_of(model_id))


def _unit(seed: int, count: int) -> Any:
    vectors = np.random.default_rng(seed).standard_normal((count, 32)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def work_on(
    studio: Studio,
    model_id: ModelId,
    kind: JobKind,
    status: JobStatus,
    result: dict[str, Any] | None = None,
) -> None:
    """A job on it that came to this."""
    with studio.database.writing() as session:
        job = work.begin(session, THE_PERSON, studio.broker, kind, model_id, {})
        job.status, job.result = status, result
        job.problem = PROBLEM if status is JobStatus.FAILED else None
        job.ended_at = job.created_at if status.is_ended else None


def guarded() -> GuardOut:
    """One set of each outcome."""
    said = {"better": 0.02, "worse": -0.03, "unsure": 0.0}
    sets = [
        GuardedSet(
            name=word,
            title=f"Set {n}",
            metric="spearman_cosine",
            items="pairs",
            queries=200,
            before=0.7,
            after=0.7 + by,
            difference=by,
            ci95=(by - 0.01, by + 0.01),
            word=Word(word),
        )
        for n, (word, by) in enumerate(said.items(), 1)
    ]
    return GuardOut(sets=sets, missing=["Set 4"], sentence="It lost on one of three general sets.")


def publication(studio: Studio, who: Person, model_id: ModelId, commit: str | None) -> str:
    """What would leave, or has left."""
    with studio.database.writing() as session:
        job = None
        if commit:
            job = work.begin(session, THE_PERSON, studio.broker, JobKind.PUBLISH, model_id, {})
            job.status, job.ended_at = JobStatus.SUCCEEDED, job.created_at
        made = Publication(
            project_id=who.project_id,
            model_id=model_id,
            job_id=job and job.id,
            repo="ada/m",
            private=True,
            as_pull_request=False,
            with_samples=False,
            license="mit",
            languages=["en"],
            files=[{"name": "README.md", "size_bytes": 900, "sha256": "0" * 64}],
            size_bytes=900,
            card="# m\n\nA card.",
            card_source=text_hash("# m\n\nA card."),
            is_new_repo=commit is None,
            replaces=[] if commit is None else ["README.md"],
            commit=commit,
            url=f"https://hub.example/ada/m/commit/{commit}" if commit else None,
            published_at=job and job.created_at,
            served=SERVED.model_dump(mode="json") if commit else None,
        )
        session.add(made)
        session.flush()
        return str(made.id)


def connect(studio: Studio, who: Person) -> None:
    """Their account at the Hub, without asking it."""
    sealed = studio.keyring.seal("hf_x")
    with studio.database.writing() as session:
        session.add(
            HubConnection(
                person_id=who.id, name="ada", role="write", token=sealed, last_four="wxyz"
            )
        )


def furnish(
    studio: Studio, api: httpx2.Client, who: Person, versions: dict[str, str], folder: Path
) -> list[Place]:
    recipe = recipe_for(api, versions["pairs"])
    files = write_tiny_bert(folder / "tuned", seed=7)
    (files / "README.md").write_text("# m\n\nA card.")
    better, unsure, bare, early = (a_model(studio, files, recipe) for _ in range(4))
    with studio.database.writing() as session:
        for made in (better, unsure, bare, early):
            found = session.get_one(Model, made.id)
            run = session.get_one(Run, made.run_id)
            run.model_id = made.id
            run.job.status, run.job.ended_at = JobStatus.SUCCEEDED, run.job.created_at
            found.served = SERVED.model_dump(mode="json")
            found.files = [{"name": "model.safetensors", "size_bytes": 90_000_000}]
            found.size_bytes = 91_000_000
        session.get_one(Model, early.id).parent_id = better.id
        session.get_one(Model, better.id).exported = {
            "files": [
                {
                    "name": "onnx/model.onnx",
                    "size_bytes": 90_000_000,
                    "weights": "float32",
                    "served": SERVED.model_dump(mode="json"),
                }
            ],
            "size_bytes": 90_000_000,
        }
    prove(studio, better.id, versions["pairs"], 0.1, "h1")
    prove(studio, unsure.id, versions["pairs"], 0.005, "h2")
    look_at(studio, better.id)
    work_on(studio, better.id, JobKind.SEE, JobStatus.SUCCEEDED)
    measure(studio, better.id)
    work_on(
        studio, better.id, JobKind.GUARD, JobStatus.SUCCEEDED, guarded().model_dump(mode="json")
    )
    tried = [ShareOut(share=n / 4, figure=0.4 + 0.02 * n) for n in range(5)]
    mixed = BlendOut(metric=METRIC, share=0.75, tried=tried, model_id=early.id)
    work_on(studio, better.id, JobKind.BLEND, JobStatus.SUCCEEDED, mixed.model_dump(mode="json"))
    connect(studio, who)
    plan = publication(studio, who, better.id, None)
    publication(studio, who, unsure.id, "1" * 40)
    for kind in (JobKind.SEE, JobKind.GUARD, JobKind.BLEND, JobKind.EXPORT, JobKind.MEASURE_SIZES):
        work_on(studio, bare.id, kind, JobStatus.FAILED)
        work_on(studio, early.id, kind, JobStatus.QUEUED)
    places = [Place(name="models", path="/models", is_fullest=True)]
    shown = {"better": better, "unsure": unsure, "bare": bare, "early": early}
    for name, made in shown.items():
        for tab in ("", "/see", "/guard", "/size", "/card", "/export", "/publish"):
            said = f"model-{name}{tab.replace('/', '-')}"
            path = f"/models/{made.id}{tab}"
            places.append(Place(name=said, path=path, is_fullest=name == "better"))
    path = f"/models/{better.id}/publish?plan={plan}"
    places.append(Place(name="model-what-will-leave", path=path, is_fullest=True))
    return places
