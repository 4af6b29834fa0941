"""The evaluators that a recipe can name: those with a row in the catalogue."""

from collections.abc import Callable

from worker.engine import evaluation
from worker.engine.evaluation.item_evaluator import ItemEvaluator

EVALUATORS: dict[str, Callable[..., ItemEvaluator]] = {
    evaluator.__name__: evaluator
    for evaluator in (
        evaluation.InformationRetrievalEvaluator,
        evaluation.TripletEvaluator,
        evaluation.EmbeddingSimilarityEvaluator,
        evaluation.BinaryClassificationEvaluator,
        evaluation.LinearProbeEvaluator,
        evaluation.LabelAccuracyEvaluator,
        evaluation.RerankingEvaluator,
        evaluation.ParaphraseMiningEvaluator,
        evaluation.TranslationEvaluator,
        evaluation.MSEEvaluator,
        evaluation.NanoBEIREvaluator,
    )
}
