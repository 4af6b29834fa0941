"""`python -m worker.jobs.mine_negatives FOLDER`: changes to a version of which one needs a model."""

import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from backend.datasets.operations.making import is_written, table_of_texts
from backend.datasets.operations.mine_negatives import MineNegatives
from backend.datasets.operations.operation import Operation
from backend.datasets.operations.parts import by_part
from backend.datasets.split import normal
from worker.engine.mining import embedding, material
from worker.engine.mining.embedding import Prompted
from worker.engine.mining.material import Material
from worker.engine.mining.rows import Mined
from worker.engine.mining.rules import Rules, range_for
from worker.engine.mining.stepping import mine
from worker.engine.model import SentenceTransformer
from worker.jobs import base_model, ending
from worker.jobs.convert_dataset import convert
from worker.jobs.convert_order import ConvertOrder
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.report import Report

QUERIES_AT_ONCE = 16_384
BATCH_SIZE = 32


def mined(wanted: MineNegatives, table: pa.Table, model: SentenceTransformer) -> pa.Table:
    """The pairs with their negatives: by the settings' form, and each part by itself."""
    names = (wanted.anchor, wanted.positive, *wanted.new_columns)
    random.seed(wanted.seed)  # the engine draws with Python's own
    return by_part(table, lambda rows: table_of_texts(names, _rows(wanted, rows, model)))


def _rows(
    wanted: MineNegatives, table: pa.Table, model: SentenceTransformer
) -> Iterator[tuple[str, ...]]:
    texts = _material(table, wanted.anchor, wanted.positive)
    if texts is None:
        return
    rules = _rules(wanted, texts)
    vectors = embedding.embed(
        model,
        Prompted(texts.queries, None, None),
        Prompted(texts.corpus, None, None),
        batch_size=BATCH_SIZE,
        processes=False,
        cache_folder=None,
        show_progress=False,
    )
    found, _ = mine(model, texts, vectors, rules, None, False, QUERIES_AT_ONCE, False)
    yield from _written(wanted, found)


def _material(table: pa.Table, anchor: str, positive: str) -> Material | None:
    """The pairs, each text in the spelling that comes first; None where no pair is whole.

    An anchor that is itself among the candidates counts as one of its positives, so that it can't
    become its negative.
    """
    first: dict[str, str] = {}
    pairs = [
        tuple(first.setdefault(normal(text), text) for text in pair)
        for pair in zip(
            table.column(anchor).to_pylist(), table.column(positive).to_pylist(), strict=True
        )
        if all(map(is_written, pair))
    ]
    if not pairs:
        return None
    anchors, positives = (list(column) for column in zip(*pairs, strict=True))
    texts = material.read(anchors, positives, ())
    place_of = {text: place for place, text in enumerate(texts.corpus)}
    own = [
        [*places, place_of[query]] if place_of.get(query, places[0]) not in places else places
        for query, places in zip(texts.queries, texts.positives, strict=True)
    ]
    return replace(texts, positives=own, most_rows=texts.most_rows + 1)


def _rules(wanted: MineNegatives, texts: Material) -> Rules:
    limits = {
        "max_score": wanted.max_score,
        "min_score": wanted.min_score,
        "absolute_margin": wanted.absolute_margin,
        "relative_margin": wanted.relative_margin,
    }
    some_are_dropped = any(limit is not None for limit in limits.values())
    range_max = wanted.range_max or range_for(
        wanted.negatives, wanted.range_min, texts.most_rows, some_are_dropped, None
    )
    return Rules(
        num_negatives=wanted.negatives,
        sampling_strategy=wanted.sampling,
        include_positives=False,
        range_min=wanted.range_min,
        range_max=range_max,
        **limits,
    )


def _written(wanted: MineNegatives, found: Mined) -> Iterator[tuple[str, ...]]:
    text = found.material.corpus.__getitem__
    for query, positives, negatives in found.by_query():
        wrong = [text(place) for place, _ in negatives]
        for right in (text(place) for place, _ in positives):
            if right == query:
                continue
            if wanted.form == "triplets":
                yield from ((query, right, each) for each in wrong)
            elif len(wrong) == wanted.negatives:
                yield query, right, *wrong


def work(folder: JobFolder) -> None:
    """Do the steps; a model is loaded once. Raises Refused where it can't be had."""
    report = Report(folder.spool)
    models: dict[str, SentenceTransformer] = {}
    folders: Mapping[str, Path] = ConvertOrder.model_validate(folder.job()).model_folders

    def apply(operation: Operation, table: pa.Table) -> pa.Table:
        if not isinstance(operation, MineNegatives):
            return operation.apply(table)
        if operation.model not in models:
            report.log(f"loading {operation.model}")
            models[operation.model] = base_model.load_named(operation.model, folders, "model")
        return mined(operation, table, models[operation.model])

    convert(folder, report, apply)


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: work(folder))


if __name__ == "__main__":
    sys.exit(main())
