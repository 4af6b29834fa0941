"""How often is a trained classifier of pairs right?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from backend.catalog.rows import Statistic
from worker.engine.evaluation.examples import Example, columns_of
from worker.engine.evaluation.item_evaluator import ItemEvaluator, file_name, row_keys
from worker.engine.evaluation.outcome import Outcome

Classifier = Callable[..., tuple[Any, Tensor]]


class LabelAccuracyEvaluator(ItemEvaluator):
    """The share of examples whose class is the classifier's first choice.

    `dataloader` gives InputExamples with a class each; `softmax_model` is the SoftmaxLoss of the
    training, called without labels: embeddings, and a score for each class. The model needs
    `preprocess` and `device`. Metric: accuracy. Items: 1 for each example that is right, else 0, in
    the order of the loader. Two models can be compared only with a classifier that was trained on
    each: see LinearProbeEvaluator.
    Errors: ValueError without `softmax_model`, or for a loader without examples.
    """

    def __init__(
        self,
        dataloader: DataLoader[Any],
        name: str = "",
        softmax_model: Classifier | None = None,
        write_csv: bool = True,
    ) -> None:
        super().__init__()
        if softmax_model is None:
            raise ValueError("Give the SoftmaxLoss of the training as softmax_model.")
        self.dataloader = dataloader
        self.name = name
        self.softmax_model = softmax_model
        self.write_csv = write_csv
        self.primary_metric = "accuracy"
        self.csv_file = file_name("accuracy_evaluation", name)

    def measure(self, model: Any) -> Outcome:
        was_training = model.training
        model.eval()
        right = [self._is_right(model, examples) for examples in self._batches()]
        model.train(was_training)
        if not right:
            raise ValueError("The dataloader gave no examples, so there is no accuracy.")
        right_N = np.concatenate(right)
        accuracy = float(right_N.mean())
        return Outcome(
            metrics=self.named({"accuracy": accuracy}),
            primary_metric=self.prefixed("accuracy"),
            items=right_N,
            statistic=Statistic.MEAN,
            item_keys=row_keys(len(right_N)),
            line={"accuracy": accuracy},
        )

    def _batches(self) -> Iterator[Sequence[Example]]:
        """The loader's batches as examples; it may have come with a way to make tensors of them."""
        before, self.dataloader.collate_fn = self.dataloader.collate_fn, list
        try:
            batches: Iterable[Sequence[Example]] = self.dataloader
            yield from batches
        finally:
            self.dataloader.collate_fn = before

    @torch.no_grad()
    def _is_right(self, model: Any, examples: Sequence[Example]) -> np.ndarray:
        features = [_on(model.device, model.preprocess(texts)) for texts in columns_of(examples)]
        labels = torch.tensor([example.label for example in examples])
        _, scores_BK = self.softmax_model(features, labels=None)
        return (scores_BK.argmax(dim=1).cpu() == labels).double().numpy()


def _on(device: torch.device, features: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors of `features` moved to `device`; the rest as it is."""
    return {k: v.to(device) if isinstance(v, Tensor) else v for k, v in features.items()}
