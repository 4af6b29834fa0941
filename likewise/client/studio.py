"""What a client asks of the studio itself: its catalogue, its workers."""

from backend.catalog.rows import BaseModelRow, EvaluatorRow, GoalRow, LossRow, PresetRow
from backend.workers.schemas import WorkerOut
from likewise.client.http import Http
from likewise.client.pages import Page


class StudioMethods:
    """What there is to train with, and who trains."""

    _http: Http

    def losses(self) -> list[LossRow]:
        return self._http.ask("GET", "losses", list[LossRow])

    def evaluators(self) -> list[EvaluatorRow]:
        return self._http.ask("GET", "evaluators", list[EvaluatorRow])

    def base_models(self) -> list[BaseModelRow]:
        return self._http.ask("GET", "base-models", list[BaseModelRow])

    def goals(self) -> list[GoalRow]:
        return self._http.ask("GET", "goals", list[GoalRow])

    def presets(self) -> list[PresetRow]:
        return self._http.ask("GET", "presets", list[PresetRow])

    def loss(self, name: str) -> LossRow:
        return self._http.ask("GET", f"losses/{name}", LossRow)

    # the machines

    def workers(self) -> list[WorkerOut]:
        """Every place where jobs are done, and what it does now."""
        return self._http.ask("GET", "workers", Page[WorkerOut]).items
