"""From held-out rows to an evaluator: what the columns mean to each."""

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from worker.engine.evaluation import (
    BinaryClassificationEvaluator,
    EmbeddingSimilarityEvaluator,
    InformationRetrievalEvaluator,
    ItemEvaluator,
    TripletEvaluator,
)

Texts = Sequence[str]


def evaluator(name: str, rows: pa.Table, part: str, batch_size: int) -> ItemEvaluator:
    """The evaluator of that name over these rows: inputs in order, then `label` if there is one."""
    inputs = [rows[column].to_pylist() for column in rows.column_names if column != "label"]
    labels = rows["label"].to_pylist() if "label" in rows.column_names else []
    return _BUILDERS[name](inputs, labels, part, batch_size)


def _retrieval(
    inputs: list[Texts], _labels: Sequence[float], part: str, batch_size: int
) -> ItemEvaluator:
    """Each question is asked of all answers, wrong ones included. The same question with several
    answers is one question, and the same answer is one document."""
    questions, *answers = inputs
    query_ids = _numbered("q", questions)
    document_ids = _numbered("d", [text for column in answers for text in column])
    relevant: dict[str, set[str]] = {}
    for question, answer in zip(questions, answers[0], strict=True):
        relevant.setdefault(query_ids[question], set()).add(document_ids[answer])
    return InformationRetrievalEvaluator(
        {query_id: text for text, query_id in query_ids.items()},
        {document_id: text for text, document_id in document_ids.items()},
        relevant,
        name=part,
        batch_size=batch_size,
        write_csv=False,
    )


def _numbered(prefix: str, texts: Texts) -> dict[str, str]:
    """An id for each distinct text, in the order of appearance."""
    return {text: f"{prefix}{n:07d}" for n, text in enumerate(dict.fromkeys(texts))}


def _triplets(
    inputs: list[Texts], _labels: Sequence[float], part: str, batch_size: int
) -> ItemEvaluator:
    anchors, positives, negatives = inputs
    return TripletEvaluator(
        anchors, positives, negatives, name=part, batch_size=batch_size, write_csv=False
    )


def _similarity(
    inputs: list[Texts], labels: Sequence[float], part: str, batch_size: int
) -> ItemEvaluator:
    one, other = inputs
    return EmbeddingSimilarityEvaluator(
        one, other, labels, name=part, batch_size=batch_size, write_csv=False
    )


def _binary(
    inputs: list[Texts], labels: Sequence[float], part: str, batch_size: int
) -> ItemEvaluator:
    one, other = inputs
    classes = [int(label) for label in labels]
    return BinaryClassificationEvaluator(
        one, other, classes, name=part, batch_size=batch_size, write_csv=False
    )


_BUILDERS: Mapping[str, Callable[[list[Texts], Sequence[float], str, int], ItemEvaluator]] = {
    "InformationRetrievalEvaluator": _retrieval,
    "TripletEvaluator": _triplets,
    "EmbeddingSimilarityEvaluator": _similarity,
    "BinaryClassificationEvaluator": _binary,
}
