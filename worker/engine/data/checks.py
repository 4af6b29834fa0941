"""Do the rows fit the loss? Asked once, before the first step, so that no hour is lost.

One pass over each column where it lies in memory: a million rows take well under a second. Of a
larger table the first `MOST_ROWS` are looked at. Rows that a transform makes, and streams, can't be
looked at without making them: of those only the names and kinds of columns are, and the collator
refuses the first value that is no text.
"""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from datasets import IterableDataset
from torch import nn

from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.arrow import arrow_column, is_text
from worker.engine.data.batching import rows_of
from worker.engine.data.by_column import demand_known
from worker.engine.data.columns import ColumnProblem, split, warn_of_unusual
from worker.engine.data.label_checks import check_label, forms_of
from worker.engine.loss_setting import Losses, demand_all

MOST_ROWS = 10_000_000


def check_all(kind: str, data: Any, losses: Losses, label_names: list[str]) -> None:
    """`check` for each dataset of `kind`_dataset with the loss that it is for.

    Raises ValueError where a dataset has no loss.
    """
    if data is None:
        return
    _demand_datasets(kind, data)
    demand_all(losses, list(data) if isinstance(data, dict) else None, kind)
    rows_of(data)  # raises for several streams
    for name, dataset in (data if isinstance(data, dict) else {"": data}).items():
        loss = losses[name] if isinstance(losses, dict) else losses
        place = f"{kind}_dataset" + (f"[{name!r}]" if name else "")
        check(dataset, place, loss, label_names)


def check_settings(args: SentenceTransformerTrainingArguments, *data: Any) -> None:
    """Raise ColumnProblem if prompts or router_mapping name what no dataset of `data` has."""
    columns: dict[str, list[str]] = {}
    for each in data:
        for name, rows in (each if isinstance(each, dict) else {"": each}).items():
            columns.setdefault(name, []).extend(getattr(rows, "column_names", None) or ())
    demand_known(args.prompts, columns, "prompts")
    demand_known(args.router_mapping, columns, "router_mapping")


def _demand_datasets(kind: str, data: Any) -> None:
    if isinstance(data, dict) and not data:
        raise ValueError(f"{kind}_dataset has no dataset in it. Give one, or several by name.")
    for name, rows in (data if isinstance(data, dict) else {"": data}).items():
        if not hasattr(rows, "column_names"):
            place = f"{kind}_dataset" + (f"[{name!r}]" if name else "")
            raise TypeError(
                f"{place} is a {type(rows).__name__}, where a datasets.Dataset belongs. Make one "
                "with datasets.Dataset.from_list([{column: value, …}, …]), or train InputExamples "
                "with model.fit."
            )


def check(dataset: Any, place: str, loss: nn.Module, label_names: list[str]) -> None:
    """Raise ColumnProblem, naming `place`, the column and the row, for what `loss` can't use.

    For a loss that isn't ours: two labels, no inputs, cells that are no texts, labels that are no
    numbers. For ours also the number of inputs, and the kind and range of the label.
    """
    if isinstance(dataset, IterableDataset) and dataset.features is None:
        raise ColumnProblem(
            f"{place} is a stream that doesn't say what its columns are. Tell it: "
            f"dataset.cast(datasets.Features({_example_features(dataset)}))."
        )
    try:
        columns = split(dataset.column_names, label_names)
        warn_of_unusual(columns)
        for name in columns.inputs:
            _check_texts(dataset, name)
        forms = forms_of(loss)
        if forms is not None:
            _check_count(forms, loss, columns.inputs)
        column = None
        if columns.label is not None and not isinstance(dataset, IterableDataset):
            column = arrow_column(dataset, columns.label, MOST_ROWS)
        if columns.label is None or column is not None:
            check_label(column, columns.label, forms, loss, len(columns.inputs))
    except ColumnProblem as problem:
        raise ColumnProblem(f"{place}: {problem}") from problem.__cause__


def _check_texts(dataset: Any, name: str) -> None:
    if isinstance(dataset, IterableDataset):
        return
    column = arrow_column(dataset, name, MOST_ROWS)
    if column is None or len(column) == 0:
        return
    if pa.types.is_null(column.type) or column.null_count:
        row = int(pc.index(column.is_null(), True).as_py())
        raise ColumnProblem(
            f"the column {name!r} is empty (None) in row {row}. Leave such rows out: "
            f"dataset.filter(lambda row: row[{name!r}])."
        )
    if not is_text(column.type):
        raise ColumnProblem(
            f"the column {name!r} holds {column.type} in row 0, where a text belongs. Every column "
            f"but the label is an input: dataset.remove_columns({name!r}) if it is none."
        )
    is_blank = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(column)), 0)
    if (row := int(pc.index(is_blank, True).as_py())) >= 0:
        raise ColumnProblem(
            f"the column {name!r} holds a text without a word in row {row}. Leave such rows out: "
            f"dataset.filter(lambda row: row[{name!r}].strip())."
        )


def _check_count(forms: Any, loss: nn.Module, inputs: tuple[str, ...]) -> None:
    if not any(form.takes(len(inputs)) for form in forms):
        raise ColumnProblem(
            f"{type(loss).__name__} takes {' or '.join(form.in_words for form in forms)}; the "
            f"input columns are {len(inputs)}: {', '.join(inputs)}. Keep the ones it takes, in "
            "their order: dataset.select_columns([…])."
        )


_KINDS = {str: "string", int: "int64", float: "float32", bool: "bool"}


def _example_features(dataset: IterableDataset) -> str:
    row = next(iter(dataset))
    kinds = {name: _KINDS.get(type(value), "string") for name, value in row.items()}
    return "{" + ", ".join(f"{n!r}: datasets.Value({kind!r})" for n, kind in kinds.items()) + "}"
