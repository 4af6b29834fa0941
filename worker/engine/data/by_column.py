"""Settings for columns: one for all, by column, by dataset, or by dataset and column."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from worker.engine.data.columns import ColumnProblem

PerColumn: TypeAlias = str | Mapping[str, str] | Mapping[str, Mapping[str, str]] | None
"""A prompt or a route in any of the four shapes."""


def for_columns(
    setting: PerColumn, columns: Sequence[str], dataset: str | None, name: str
) -> dict[str, str]:
    """The value of each column that has one, in a batch of `dataset` (None: there is only one).

    Raises ColumnProblem for a setting by dataset and column where there is only one dataset.
    """
    if isinstance(setting, Mapping) and dataset is not None and dataset in setting:
        setting = setting[dataset]  # a dataset's name wins over a column of the same name
    elif is_by_dataset(setting):
        if dataset is None:
            raise ColumnProblem(
                f"{name} is by dataset and column ({', '.join(setting or ())}), but there is one "
                "dataset without a name. Give {column: value}, or datasets as {name: dataset}."
            )
        return {}
    if isinstance(setting, str):
        return dict.fromkeys(columns, setting)
    return {column: str(setting[column]) for column in columns if setting and column in setting}


def demand_known(setting: PerColumn, columns: Mapping[str, Sequence[str]], name: str) -> None:
    """Raise ColumnProblem for a key that is neither a dataset's name nor a column.

    `columns` are those of each dataset by its name, "" where there is one without. With a typing
    error a training would go on for hours without the prompt.
    """
    all_columns = {column for each in columns.values() for column in each}
    if not isinstance(setting, Mapping) or not all_columns:
        return
    for key, value in setting.items():
        if key not in columns and key not in all_columns:
            raise ColumnProblem(_unknown(name, key, [*filter(None, columns), *all_columns]))
        known = columns.get(key, ())
        for column in value if isinstance(value, Mapping) and key in columns else ():
            if column not in known:
                raise ColumnProblem(_unknown(f"{name}[{key!r}]", column, known))


def _unknown(name: str, key: str, known: Iterable[str]) -> str:
    return (
        f"{name} names {key!r}, and there is only {', '.join(sorted(known))}. Check the spelling."
    )


def is_by_dataset(setting: PerColumn) -> bool:
    """Whether `setting` is {dataset: {column: value}}."""
    return isinstance(setting, Mapping) and any(isinstance(v, Mapping) for v in setting.values())
