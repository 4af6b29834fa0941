"""What a client asks of experiments."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.experiments.schemas import ExperimentIn, ExperimentOut
from backend.experiments.space import Varied
from backend.recipes.schemas import Recipe
from backend.runs.schemas import JobOut
from likewise.client.http import Http
from likewise.client.pages import Page, newest
from likewise.client.recipes import plain


class ExperimentMethods:
    """Try a few settings, look, stop; and open *prove* for a model."""

    _http: Http

    def start_experiment(
        self,
        recipe: Recipe | Mapping[str, Any],
        space: Sequence[Varied | Mapping[str, Any]],
        trials: int = 8,
        at_once: int = 1,
        name: str | None = None,
    ) -> ExperimentOut:
        """Try settings of a recipe; answers at once. The best on *choose* is chosen at the end."""
        varied = [
            each if isinstance(each, Varied) else Varied.model_validate(each) for each in space
        ]
        body = ExperimentIn(
            recipe=plain(recipe), space=varied, trials=trials, at_once=at_once, name=name
        )
        return self._http.ask("POST", "experiments", ExperimentOut, body=body)

    def experiment(self, experiment_id: str) -> ExperimentOut:
        return self._http.ask("GET", f"experiments/{experiment_id}", ExperimentOut)

    def experiments(self, limit: int = 50) -> list[ExperimentOut]:
        """The newest, newest first."""
        return newest(self._http, "experiments", Page[ExperimentOut], limit)

    def cancel_experiment(self, experiment_id: str) -> ExperimentOut:
        """Start no more trials, and stop those that run or wait."""
        return self._http.ask("POST", f"experiments/{experiment_id}/cancel", ExperimentOut)

    def prove_model(self, model_id: str) -> JobOut:
        """Open *prove* for a model that it hasn't judged: its rows have then judged one more."""
        return self._http.ask("POST", f"models/{model_id}/prove", JobOut)
