"""A run that only tells, as its worker would bring what it tells."""

import time
from collections.abc import Sequence

from backend.accounts.people import THE_PERSON
from backend.ids import JobId, RunId, WorkerId
from backend.runs import claims, jobs, outcomes
from backend.runs.claims import Beat, Claim
from backend.runs.events import Fact
from backend.runs.states import JobKind, Outcome
from backend.runs.tables import Run
from backend.studio import Studio

RECIPE = {
    "datasets": [{"version": "dsv_01h455vb4pex5vsknk084sn02q", "mapping": {"inputs": ["a", "b"]}}],
    "loss": {"name": "MultipleNegativesRankingLoss"},
}


def queue_runs(studio: Studio, count: int) -> list[RunId]:
    """So many runs that wait for a worker."""
    made: list[RunId] = []
    for n in range(count):
        with studio.database.writing() as session:
            job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
            run = Run(project_id=job.project_id, job_id=job.id, name=f"run {n}", recipe=RECIPE)
            session.add(run)
            session.flush()
            made.append(run.id)
    return made


class LiveRun:
    """A run that this process has claimed."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        [self.run_id] = queue_runs(studio, 1)
        with studio.database.writing() as session:
            claim = claims.claim(session, ["gpu"], WorkerId.new(), 1)
        assert claim is not None, "nobody else takes jobs here"
        self._claim: Claim = claim
        self._told = 0

    @property
    def job_id(self) -> JobId:
        return self._claim.job_id

    def tell(self, facts: Sequence[Fact]) -> None:
        upto = self._told + len(facts)
        brought = Beat(spool_from=self._told, spool_upto=upto, facts=facts)
        self._studio.database.retrying(lambda session: claims.beat(session, self._claim, brought))
        self._studio.broker.tell(self.job_id)
        self._told = upto

    def tell_steadily(self, each_second: int, seconds: float) -> int:
        """Events one by one, each with the moment in which it was told; how many."""
        began = time.monotonic()
        count = round(each_second * seconds)
        for n in range(count):
            time.sleep(max(0.0, began + n / each_second - time.monotonic()))
            self.tell([Fact("metrics", {"step": n, "told_at": time.monotonic()})])
        return count

    def end(self) -> None:
        self._studio.database.retrying(
            lambda session: outcomes.end(session, self._claim, Outcome.SUCCEEDED)
        )
        self._studio.broker.tell(self.job_id)
