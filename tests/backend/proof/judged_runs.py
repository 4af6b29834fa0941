"""Runs that have ended, with curves and with what their models were judged by, written by hand."""

import numpy as np
import pyarrow as pa
from sqlalchemy import select

from backend.accounts.people import THE_PERSON
from backend.datasets import service as datasets
from backend.datasets.incoming import workplace
from backend.ids import ModelId, WorkerId
from backend.models.tables import Model
from backend.proof import kept
from backend.proof.kept import CHOOSE, Kept
from backend.proof.tables import Evaluation
from backend.runs import claims, jobs, outcomes
from backend.runs.claims import Beat
from backend.runs.events import Fact
from backend.runs.states import JobKind, Outcome
from backend.runs.tables import Run

RECIPE = {
    "datasets": [{"version": "dsv_01h455vb4pex5vsknk084sn02q", "mapping": {"inputs": ["a", "b"]}}],
    "loss": {"name": "MultipleNegativesRankingLoss"},
    "evaluators": [{"name": "InformationRetrievalEvaluator"}],
}
METRIC = "cosine_ndcg@10"


def judged(tuned, part_hash="h", base=None, evaluator="InformationRetrievalEvaluator") -> Kept:
    """What is kept of *choose*."""
    tuned = np.asarray(tuned, dtype=np.float64)
    return Kept(
        part=CHOOSE,
        part_hash=part_hash,
        evaluator=evaluator,
        metric=METRIC,
        texts=[f"question {n}" for n in range(len(tuned))],
        wanted=[""] * len(tuned),
        base=np.zeros(len(tuned)) if base is None else np.asarray(base),
        tuned=tuned,
    )


def ended_run(studio, name, recipe=None, chosen: Kept | None = None, losses=(), metrics=()) -> str:
    """A run that has succeeded, whose model was judged so on *choose*; its id."""
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        run = Run(
            project_id=job.project_id, job_id=job.id, name=name, recipe=recipe or RECIPE, job=job
        )
        session.add(run)
        session.flush()
        run_id = run.id
    end_next(studio, chosen, losses, metrics)
    return run_id


def end_next(studio, chosen=None, losses=(), metrics=(), outcome=Outcome.SUCCEEDED):
    """The run that waits longest is trained, as a worker would tell it; the id of its model."""
    with studio.database.writing() as session:
        claim = claims.claim(session, ["gpu"], WorkerId.new(), 1)
    facts = [Fact("metrics", {"step": n, "loss": value}) for n, value in enumerate(losses, 1)]
    facts += [Fact("metrics", {"step": step, f"choose/{METRIC}": v}) for step, v in metrics]
    with studio.database.writing() as session:
        claims.beat(session, claim, Beat(spool_from=0, spool_upto=1, facts=facts))
    with studio.database.writing() as session:
        outcomes.end(session, claim, outcome)
        if outcome is not Outcome.SUCCEEDED:
            return None
        run = session.scalars(select(Run).where(Run.job_id == claim.job_id)).one()
        model = Model(
            id=ModelId.new(),
            project_id=run.project_id,
            run_id=run.id,
            name=run.name,
            base_model="x/y",
            folder="models/none",
            size_bytes=1,
            files=[],
        )
        session.add(model)
        session.flush()
        run.model_id = model_id = model.id
    if chosen is not None:
        with workplace(studio.settings) as folder:
            kept.write(folder, chosen)
            studio.storage.put_folder(folder, f"proofs/{model_id}")
        table = pa.table({"a": ["one", "two"], "b": ["three", "four"]})
        version = datasets.import_table(studio, THE_PERSON, table, "rows", {}).version.id
        with studio.database.writing() as session:
            session.add(
                Evaluation(
                    project_id=THE_PERSON.project_id,
                    model_id=model_id,
                    version_id=version,
                    part=CHOOSE,
                    part_hash=chosen.part_hash,
                    evaluator=chosen.evaluator,
                    before={},
                    after={},
                    verdict={},
                    folder=f"proofs/{model_id}",
                )
            )
    return model_id
