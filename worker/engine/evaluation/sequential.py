"""Several evaluators, one after the other."""

from collections.abc import Callable, Iterable
from typing import Any

from worker.engine.evaluation.evaluator import BaseEvaluator


class SequentialEvaluator(BaseEvaluator):
    """Runs `evaluators` in order; metrics are all of theirs and `sequential_score`.

    That score is `main_score_function` of the list of their primary metrics: the last, unless told
    otherwise; 0 for no evaluators. An evaluator without a primary metric counts by its first; the
    number of one that gives a single number is called evaluator_{place}.
    """

    def __init__(
        self,
        evaluators: Iterable[BaseEvaluator],
        main_score_function: Callable[[list[float]], float] = lambda scores: scores[-1],
    ) -> None:
        super().__init__()
        self.evaluators = list(evaluators)
        self.main_score_function = main_score_function

    def __call__(
        self, model: Any, output_path: str | None = None, epoch: float = -1, steps: int = -1
    ) -> dict[str, float]:
        metrics: dict[str, float] = {}
        scores: list[float] = []
        for place, evaluator in enumerate(self.evaluators):
            found = evaluator(model, output_path, epoch, steps)
            if not isinstance(found, dict):
                found = {f"evaluator_{place}": found}
                scores += found.values()
            else:
                scores.append(found[evaluator.primary_metric or next(iter(found))])
            metrics |= found
        self.primary_metric = "sequential_score"
        return metrics | {"sequential_score": self.main_score_function(scores) if scores else 0.0}
