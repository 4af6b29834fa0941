"""Which texts of a training a person is shown, and how each is embedded."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from backend.catalog.evaluators import EVALUATORS
from backend.datasets.groups import by_value
from backend.datasets.split import normal
from backend.proof.seen import MOST_TEXTS, Asked
from backend.recipes.schemas import DatasetUse, Mapping, Recipe
from worker.jobs.train_order import TrainOrder

SEED = 0
"""Of the draw: the same texts are shown of every model that was trained on the same versions."""

DATASET = "dataset"


@dataclass(frozen=True)
class How:
    """`is_document`: it is what one searches in, which some models embed apart from what one
    searches with. `prompt` stands before it; None is the model's own."""

    is_document: bool
    prompt: str | None


@dataclass(frozen=True, kw_only=True)
class SeenTexts:
    """Each text once, how it is embedded, and `groups`, the names of each text's group by what is
    grouped by. `left_out` more were not drawn."""

    texts: list[str]
    how: list[How]
    groups: dict[str, list[str]]
    left_out: int
    asked: Asked


@dataclass(frozen=True)
class _Place:
    dataset: int
    column: str
    row: int


def seen_texts(
    order: TrainOrder, most: int = MOST_TEXTS, closed: Set[str] = frozenset()
) -> SeenTexts:
    """Where something is searched, what is searched in: the answers and documents; else every text.
    Of texts that differ in case or spacing alone, the first; none that is `closed`, as `normal` has
    it."""
    recipe = order.recipe
    tables = [pq.read_table(table.rows_file) for table in order.tables]
    found: dict[str, _Place] = {}
    for dataset, (use, rows) in enumerate(zip(recipe.datasets, tables, strict=True)):
        for column in _columns(use.mapping, searches(recipe, dataset)):
            for text, row in _distinct(rows, column):
                if text not in closed:
                    found.setdefault(text, _Place(dataset, column, row))
    places = _drawn(list(found.values()), most)
    first = recipe.datasets[0]
    return SeenTexts(
        texts=[str(tables[at.dataset].column(at.column)[at.row]) for at in places],
        how=[_how(recipe, at) for at in places],
        groups=_groups(recipe, tables, places),
        left_out=len(found) - len(places),
        asked=Asked(
            is_query=searches(recipe, 0),
            prompt=first.prompts.get(first.mapping.inputs[0]),
            revision=recipe.revision,
        ),
    )


def searches(recipe: Recipe, dataset: int) -> bool:
    """Whether the first text of a row of this dataset is asked of the others."""
    own = recipe.datasets[dataset].evaluators
    judging = [*recipe.evaluators, *own] if dataset == 0 else own or recipe.evaluators
    several = len(recipe.datasets[dataset].mapping.inputs) > 1
    return several and any(EVALUATORS[use.name].searches for use in judging)


def _columns(mapping: Mapping, is_searched: bool) -> list[str]:
    return mapping.inputs[1:] if is_searched else mapping.inputs


def _distinct(rows: pa.Table, column: str) -> Iterator[tuple[str, int]]:
    """The texts of a column as they are compared, blank ones left out, each with its first row."""
    encoded = rows.column(column).combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    places, first = np.unique(codes, return_index=True)
    row_of = dict(zip(places.tolist(), first.tolist(), strict=True))
    for code, text in enumerate(encoded.dictionary.to_pylist()):
        if same := normal(text):
            yield same, row_of[code]


def _drawn(places: list[_Place], most: int) -> list[_Place]:
    if len(places) <= most:
        return places
    drawn = np.random.default_rng(SEED).choice(len(places), most, replace=False)
    return [places[place] for place in np.sort(drawn)]


def _how(recipe: Recipe, at: _Place) -> How:
    prompt = recipe.datasets[at.dataset].prompts.get(at.column)
    return How(is_document=searches(recipe, at.dataset), prompt=prompt)


def _groups(recipe: Recipe, tables: list[pa.Table], places: list[_Place]) -> dict[str, list[str]]:
    """By the dataset where there are several, and by what few values of a column say of the row."""
    names = recipe.dataset_names
    told = {DATASET: by_value([names[at.dataset] for at in places])} if len(names) > 1 else {}
    for dataset, (use, rows) in enumerate(zip(recipe.datasets, tables, strict=True)):
        of_rows = [at.row if at.dataset == dataset else None for at in places]
        for column in _grouping(use, rows):
            values = rows.column(column).take(pa.array(of_rows, pa.int64()))
            told.setdefault(column, by_value(values.to_pylist()))
    return {by: groups for by, groups in told.items() if groups}


def _grouping(use: DatasetUse, rows: pa.Table) -> list[str]:
    """The columns that nobody learns from, and the class of a text; of a pair, a label says nothing
    of either text."""
    mapping = use.mapping
    used = {*mapping.inputs, mapping.label, mapping.grade}
    free = [name for name in rows.column_names if name not in used]
    of_one_text = [mapping.label] if mapping.label and len(mapping.inputs) == 1 else []
    return [
        name
        for name in [*of_one_text, *free]
        if not pa.types.is_nested(rows.schema.field(name).type)
    ]
