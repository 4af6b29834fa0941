"""From held-out rows to an evaluator: what the columns mean to each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from torch.utils.data import DataLoader

from backend.catalog.evaluators import EVALUATORS as ROWS
from worker.engine.evaluation import LabelAccuracyEvaluator
from worker.engine.evaluation.by_name import EVALUATORS
from worker.engine.evaluation.item_evaluator import ItemEvaluator
from worker.engine.legacy import InputExample
from worker.jobs.ending import Refused

Texts = Sequence[str]


@dataclass(frozen=True)
class Columns:
    """Mapped rows: the inputs in their order, and the label if there is one."""

    names: list[str]
    inputs: Sequence[Texts]
    labels: Sequence[Any]

    @classmethod
    def of(cls, rows: pa.Table) -> "Columns":
        names = [name for name in rows.column_names if name != "label"]
        inputs = [rows[name].to_pylist() for name in names]
        labels = rows["label"].to_pylist() if "label" in rows.column_names else []
        return cls(names, inputs, labels)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is measured: `rows` that were kept aside and the `documents` beside them; `reference`
    are the rows that are learned from, for an evaluator that fits something on them first.
    `prompts` stand before the texts of a column. `base` is the model that nothing was taught
    yet, and `head` the loss that is trained with, for what measures by those."""

    rows: pa.Table
    reference: pa.Table
    documents: Texts = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    base: Any = None
    head: Callable[..., Any] | None = None

    def judged(self) -> Columns:
        return self._prompted(Columns.of(self.rows))

    def known(self) -> Columns:
        return self._prompted(Columns.of(self.reference))

    def _prompted(self, columns: Columns) -> Columns:
        inputs = [
            [f"{self.prompts.get(name, '')}{text}" for text in texts]
            for name, texts in zip(columns.names, columns.inputs, strict=True)
        ]
        return replace(columns, inputs=inputs)


def evaluator(name: str, held: Held, part: str, batch_size: int) -> ItemEvaluator:
    """The evaluator of that name over what is kept aside; its figures start with `part`.

    Raises Refused where these rows are not enough for it.
    """
    row = ROWS[name]
    called = f"{part}_{row.figures}" if row.figures else part
    try:
        if row.of_loss is not None:
            return _of_head(held, called, batch_size)
        arguments = _ARGUMENTS[name](held)
        return EVALUATORS[name](**arguments, name=called, batch_size=batch_size, write_csv=False)
    except ValueError as error:
        raise Refused(
            "unusable_evaluator", f"The rows can't be measured by {name}", str(error)
        ) from error


def _of_head(held: Held, called: str, batch_size: int) -> ItemEvaluator:
    """Of the loss itself: it is given the rows as the loss is, and the classes that it learns."""
    judged = held.judged()
    rows = zip(zip(*judged.inputs, strict=True), judged.labels, strict=True)
    examples = [InputExample(texts=list(texts), label=_class(label)) for texts, label in rows]
    loader: Any = DataLoader(examples, batch_size=batch_size, collate_fn=list)  # type: ignore[arg-type]  # a list of rows is a dataset to torch
    return LabelAccuracyEvaluator(loader, called, held.head, write_csv=False)


def _class(label: Any) -> int:
    """A class, or the likeliest of several."""
    return int(np.argmax(label)) if isinstance(label, list) else int(label)


def _retrieval(held: Held) -> dict[str, Any]:
    """Each question is asked of all answers, wrong ones included, and of the documents beside them.
    The same question with several answers is one question, and the same answer is one document."""
    judged = Columns.of(held.rows)
    questions, *answers = judged.inputs
    query_ids = _numbered("q", questions)
    found = [text for column in answers for text in column]
    document_ids = _numbered("d", [*found, *held.documents])
    relevant: dict[str, set[str]] = {}
    for question, answer in zip(questions, answers[0], strict=True):
        relevant.setdefault(query_ids[question], set()).add(document_ids[answer])
    asked, answering, *_ = judged.names
    return {
        "queries": {query_id: text for text, query_id in query_ids.items()},
        "corpus": {document_id: text for text, document_id in document_ids.items()},
        "relevant_docs": relevant,
        "query_prompt": held.prompts.get(asked),
        "corpus_prompt": held.prompts.get(answering),
    }


def _numbered(prefix: str, texts: Texts) -> dict[str, str]:
    """An id for each distinct text, in the order of appearance."""
    return {text: f"{prefix}{n:07d}" for n, text in enumerate(dict.fromkeys(texts))}


def _triplets(held: Held) -> dict[str, Any]:
    judged = held.judged()
    anchors, positives, negatives = judged.inputs
    return {"anchors": anchors, "positives": positives, "negatives": negatives}


def _similarity(held: Held) -> dict[str, Any]:
    judged = held.judged()
    one, other = judged.inputs
    return {"sentences1": one, "sentences2": other, "scores": judged.labels}


def _binary(held: Held) -> dict[str, Any]:
    judged = held.judged()
    one, other = judged.inputs
    labels = [int(label) for label in judged.labels]
    return {"sentences1": one, "sentences2": other, "labels": labels}


def _probe(held: Held) -> dict[str, Any]:
    """The classifier learns on rows to learn from, and is judged on the others."""
    judged = held.judged()
    known = held.known()
    return {
        "columns": judged.inputs,
        "labels": judged.labels,
        "reference_columns": known.inputs,
        "reference_labels": known.labels,
    }


def _reranking(held: Held) -> dict[str, Any]:
    """All rows of a question are one list to put into order."""
    judged = held.judged()
    by_question: dict[str, dict[str, Any]] = {}
    for question, positive, *negatives in zip(*judged.inputs, strict=True):
        sample = by_question.setdefault(
            question, {"query": question, "positive": [], "negative": []}
        )
        sample["positive"] += [positive] * (positive not in sample["positive"])
        sample["negative"] += negatives
    return {"samples": list(by_question.values())}


def _paraphrases(held: Held) -> dict[str, Any]:
    """All texts are compared; those of a pair say the same, and so do two that say the same as a
    third. Pairs that are marked as unlike give their texts alone."""
    judged = held.judged()
    one, other = judged.inputs
    alike = judged.labels or [1] * len(one)
    ids = _numbered("t", [*one, *other])
    pairs = zip(one, other, alike, strict=True)
    return {
        "sentences_map": {text_id: text for text, text_id in ids.items()},
        "duplicates_list": [(ids[a], ids[b]) for a, b, is_alike in pairs if is_alike and a != b],
        "add_transitive_closure": True,
    }


def _translation(held: Held) -> dict[str, Any]:
    judged = held.judged()
    source, target = judged.inputs
    return {"source_sentences": source, "target_sentences": target}


def _teacher(held: Held) -> dict[str, Any]:
    """Every text of a row is to lie where the teacher put that row; without a teacher, every
    translation where the base model put what it translates."""
    judged = held.judged()
    if not judged.labels:
        source, target = judged.inputs
        return {
            "source_sentences": source,
            "target_sentences": target,
            "teacher_model": held.base,
        }
    texts = [text for column in judged.inputs for text in column]
    vectors = list(judged.labels) * len(judged.inputs)
    return {"source_sentences": texts, "target_sentences": texts, "source_embeddings": vectors}


_ARGUMENTS: Mapping[str, Callable[[Held], dict[str, Any]]] = {
    "InformationRetrievalEvaluator": _retrieval,
    "TripletEvaluator": _triplets,
    "EmbeddingSimilarityEvaluator": _similarity,
    "BinaryClassificationEvaluator": _binary,
    "LinearProbeEvaluator": _probe,
    "RerankingEvaluator": _reranking,
    "ParaphraseMiningEvaluator": _paraphrases,
    "TranslationEvaluator": _translation,
    "MSEEvaluator": _teacher,
}
"""What each is given, by its name in the catalogue."""
