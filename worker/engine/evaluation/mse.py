"""How near are a student's embeddings to those of its teacher?

Legend: N texts, D dimensions.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import Embedder, embed_once
from worker.engine.evaluation.item_evaluator import ItemEvaluator, check_lengths, row_keys
from worker.engine.evaluation.outcome import Outcome
from worker.engine.similarity import Vectors, as_rows


class MSEEvaluator(ItemEvaluator):
    """The mean squared difference of student(target) from teacher(source), times −100.

    The teacher embeds `source_sentences` once, here; or give what it gave as `source_embeddings`
    N×D. Metric: negative_mse, so that higher is better; the CSV file has it positive. Items: the
    same of each text.
    Errors: ValueError for columns of different lengths, or without teacher and embeddings.
    """

    def __init__(
        self,
        source_sentences: Sequence[str],
        target_sentences: Sequence[str],
        teacher_model: Embedder | None = None,
        show_progress_bar: bool | None = False,
        batch_size: int = 32,
        name: str = "",
        write_csv: bool = True,
        truncate_dim: int | None = None,
        *,
        source_embeddings: Vectors | None = None,
    ) -> None:
        super().__init__()
        check_lengths(source_sentences=source_sentences, target_sentences=target_sentences)
        self.target_sentences = list(target_sentences)
        self.show_progress_bar = show_progress_bar
        self.batch_size = batch_size
        self.name = name
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.primary_metric = "negative_mse"
        self.csv_file = f"mse_evaluation_{name}_results.csv"
        if source_embeddings is not None:
            self.source_embeddings = as_rows(source_embeddings).cpu()[:, :truncate_dim]
        elif teacher_model is not None:
            embed = partial(self.embed_inputs, teacher_model)
            self.source_embeddings = embed_once(embed, source_sentences).cpu()
        else:
            raise ValueError("Give teacher_model, or the teacher's source_embeddings.")
        if len(self.source_embeddings) != len(self.target_sentences):
            raise ValueError(
                f"target_sentences has {len(self.target_sentences)} texts, and source_embeddings "
                f"{len(self.source_embeddings)} rows."
            )

    def measure(self, model: Embedder) -> Outcome:
        found_ND = embed_once(partial(self.embed_inputs, model), self.target_sentences).cpu()
        errors_N = squared_errors(self.source_embeddings, found_ND)
        mse = float(errors_N.mean())
        return Outcome(
            metrics=self.named({"negative_mse": -mse}),
            primary_metric=self.prefixed("negative_mse"),
            items=-errors_N,
            statistic=Statistic.MEAN,
            item_keys=row_keys(len(errors_N)),
            line={"MSE": mse},
        )

    @property
    def description(self) -> str:
        return "Knowledge Distillation"


def squared_errors(wanted_ND: Vectors, found_ND: Vectors) -> np.ndarray:
    """100 times the mean squared difference of each row: N.

    Raises ValueError if the student's embeddings are of another length than the teacher's.
    """
    wanted, found = as_rows(wanted_ND).double(), as_rows(found_ND).double()
    if wanted.shape != found.shape:
        raise ValueError(
            f"The teacher's embeddings have {wanted.shape[1]} dimensions and the student's "
            f"{found.shape[1]}: give both the same truncate_dim, or the student a Dense layer."
        )
    errors: np.ndarray = 100 * (wanted - found).square().mean(dim=1).numpy()
    return errors
