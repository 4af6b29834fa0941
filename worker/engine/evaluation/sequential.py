"""Several evaluators, one after the other."""

from collections.abc import Callable, Iterable

from worker.engine.evaluation.evaluator import Evaluator
from worker.engine.model import SentenceTransformer


def _last(scores: list[float]) -> float:
    return scores[-1]


class SequentialEvaluator(Evaluator):
    """Runs `evaluators` in order; metrics are all of theirs and `sequential_score`.

    That score is `main_score_function` of the list of their primary metrics: the last, unless told
    otherwise; 0 for no evaluators.
    """

    def __init__(
        self,
        evaluators: Iterable[Evaluator],
        main_score_function: Callable[[list[float]], float] = _last,
    ) -> None:
        self.evaluators = list(evaluators)
        self.main_score_function = main_score_function

    def __call__(
        self,
        model: SentenceTransformer,
        output_path: str | None = None,
        epoch: float = -1,
        steps: int = -1,
    ) -> dict[str, float]:
        metrics: dict[str, float] = {}
        scores: list[float] = []
        for evaluator in self.evaluators:
            found = evaluator(model, output_path, epoch, steps)
            metrics |= found
            scores.append(found[evaluator.primary_metric or next(iter(found))])
        self.primary_metric = "sequential_score"
        return metrics | {"sequential_score": self.main_score_function(scores) if scores else 0.0}
