"""How near are a student's embeddings to its teacher's, language by language?"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import Embedder, embed_once
from worker.engine.evaluation.item_evaluator import ItemEvaluator, file_name
from worker.engine.evaluation.mse import squared_errors
from worker.engine.evaluation.outcome import Outcome, equal_shares


class MSEEvaluatorFromDataFrame(ItemEvaluator):
    """The mean over `combinations` of student(target)'s squared difference from teacher(source).

    `dataframe` has a text by language in each row; `combinations` are (source, target) languages.
    A row where one of the two is blank is left out. Metric: negative_mse, times 100; the CSV file
    has a positive column for each combination. Items: one a text, weighted so that each
    combination counts the same.
    Errors: ValueError for a combination without rows.
    """

    def __init__(
        self,
        dataframe: Sequence[Mapping[str, str]],
        teacher_model: Embedder,
        combinations: Sequence[tuple[str, str]],
        batch_size: int = 8,
        name: str = "",
        write_csv: bool = True,
        truncate_dim: int | None = None,
    ) -> None:
        super().__init__()
        self.combinations = list(combinations)
        self.batch_size = batch_size
        self.name = name
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.primary_metric = "negative_mse"
        self.csv_file = file_name("mse_evaluation", name)
        self.data = {pair: _texts(dataframe, *pair) for pair in self.combinations}
        sources = [text for texts, _ in self.data.values() for text in texts]
        vectors = embed_once(partial(self.embed_inputs, teacher_model), sources).cpu().numpy()
        self.teacher_embeddings = dict(zip(sources, vectors, strict=True))

    def measure(self, model: Embedder) -> Outcome:
        errors: dict[str, np.ndarray] = {}
        for (source, target), (sources, targets) in self.data.items():
            wanted = np.stack([self.teacher_embeddings[text] for text in sources])
            found = embed_once(partial(self.embed_inputs, model), targets)
            errors[f"{source}-{target}"] = squared_errors(wanted, found.cpu())
        line = {pair: float(values.mean()) for pair, values in errors.items()}
        return Outcome(
            metrics=self.named({"negative_mse": -sum(line.values()) / len(line)}),
            primary_metric=self.prefixed("negative_mse"),
            items=-equal_shares(list(errors.values())),
            statistic=Statistic.MEAN,
            item_keys=[f"{pair} {row}" for pair in errors for row in range(len(errors[pair]))],
            line=line,
        )

    @property
    def description(self) -> str:
        return "Knowledge Distillation"


def _texts(
    dataframe: Sequence[Mapping[str, str]], source: str, target: str
) -> tuple[list[str], list[str]]:
    rows = [row for row in dataframe if row[source].strip() and row[target].strip()]
    if not rows:
        raise ValueError(f"No row has a text in both {source!r} and {target!r}.")
    return [row[source] for row in rows], [row[target] for row in rows]
