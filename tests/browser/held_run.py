"""A run that the test itself works at: claimed and told of as a worker does, without an engine."""

from typing import Any

import httpx2

from backend.ids import WorkerId
from backend.runs import claims, outcomes
from backend.runs.claims import Beat
from backend.runs.events import Fact
from backend.runs.states import Outcome, Phase
from backend.studio import Studio
from tests.runs.trainings import pairs_csv, recipe_for, start, upload

TOTAL_STEPS = 400
METRIC = "cosine_ndcg@10"


class HeldRun:
    """The newest run of the queue, held by the test. Each call is one transaction, one beat."""

    def __init__(self, studio: Studio, api: httpx2.Client) -> None:
        self._studio = studio
        self._spool = 0
        version = upload(api, pairs_csv())
        self.id: str = start(api, recipe_for(api, version["id"]))["id"]
        with studio.database.writing() as session:
            found = claims.claim(session, ["gpu"], WorkerId.new(), schema=1)
        assert found is not None, "the run must be there to be claimed"
        self._claim = found

    def tell(self, *facts: Fact, progress: dict[str, Any] | None = None) -> None:
        brought = Beat(
            spool_from=self._spool,
            spool_upto=self._spool + 1,
            facts=facts,
            phase=Phase.TRAINING,
            progress=progress,
        )
        self._spool += 1
        with self._studio.database.writing() as session:
            claims.beat(session, self._claim, brought)
        self._studio.broker.tell(self._claim.job_id)

    def train(self, *steps: int) -> None:
        """Tell of a loss at each of these steps, and of how far that is."""
        facts = [Fact("metrics", {"step": n, "epoch": 0.5, "loss": 2 / n}) for n in steps]
        progress = {
            "phase": "training",
            "step": steps[-1],
            "total_steps": TOTAL_STEPS,
            "percent": 100 * steps[-1] / TOTAL_STEPS,
            "eta_seconds": 90.0,
        }
        self.tell(*facts, Fact("progress", progress), progress=progress)

    def measure(self, step: int, value: float, of: str = "choose") -> None:
        self.tell(Fact("metrics", {"step": step, f"{of}/{METRIC}": value}))

    def say(self, message: str) -> None:
        self.tell(Fact("log", {"level": "info", "message": message}))

    def end(self, outcome: Outcome = Outcome.CANCELLED) -> None:
        with self._studio.database.writing() as session:
            outcomes.end(session, self._claim, outcome)
        self._studio.broker.tell(self._claim.job_id)
