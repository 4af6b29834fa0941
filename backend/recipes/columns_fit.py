"""Can this loss, or this evaluator, use these columns? And which one change would let it?

Pure: a row of the catalogue, a mapping and the facts of a table in, problems out. Every fix that is
offered was tried: with it, the same question has no complaint left.
"""

from collections.abc import Iterator
from typing import Protocol

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts, label_kinds
from backend.catalog.rows import Accepts, Label
from backend.problems import Fix, Pointer, add
from backend.recipes.schemas import Mapping
from backend.recipes.words import and_list, counted


class Row(Protocol):
    """What losses and evaluators have in common."""

    @property
    def name(self) -> str: ...
    @property
    def accepts(self) -> tuple[Accepts, ...]: ...
    def fitting(
        self, count: int, labels: frozenset[Label], width: int | None = None
    ) -> Accepts | None: ...


def complaint(row: Row, mapping: Mapping, facts: TableFacts) -> str | None:
    """Why `row` can't use these columns, in words; None if it can."""
    label = facts.column(mapping.label) if mapping.label else None
    count, kinds = len(mapping.inputs), label_kinds(label)
    form = row.fitting(count, kinds, label.list_length if label else None)
    if form is None:
        if label is not None and (broken := broken_lists(label)):
            return f"{row.name} can't learn from {label.name!r}: {broken}."
        if label is not None and row.fitting(count, kinds):
            return f"{_width_complaint(row, count, kinds, label)}."
        return f"{row.name} takes {_forms(row)}. You give {_given(mapping, label)}."
    if form.between and label and (scores := _scores(label, mapping.label_range)):
        (low, high), (least, most) = form.between, scores
        if least < low or high < most:
            scaled = ", as label_range scales it," if mapping.label_range else ""
            return (
                f"{row.name} compares scores with cosines, so they must lie between {low:g} and "
                f"{high:g}; {label.name!r}{scaled} runs from {least:g} to {most:g}."
            )
    return None


def broken_lists(column: ColumnFacts) -> str | None:
    """What is wrong with a column of lists, and in which row, counted from 1 as people do."""
    if column.hole_row is not None:
        return f"the list of row {column.hole_row + 1:,} holds something that is no number"
    if column.ragged_row is not None:
        return f"the list of row {column.ragged_row + 1:,} is not as long as those before it"
    return None


def mapping_changes(
    row: Row, mapping: Mapping, facts: TableFacts, at: Pointer
) -> Iterator[tuple[Fix, Mapping]]:
    """Each single change of the mapping after which `row` fits, as a fix and the mapping it makes."""
    for label, changed, patch in _candidates(row, mapping, facts, at):
        if complaint(row, changed, facts) is None:
            yield Fix(label=label, patch=(patch,)), changed


def _candidates(
    row: Row, mapping: Mapping, facts: TableFacts, at: Pointer
) -> Iterator[tuple[str, Mapping, dict[str, object]]]:
    def changed(field: str, value: object, words: str) -> tuple[str, Mapping, dict[str, object]]:
        return words, mapping.model_copy(update={field: value}), add(at / field, value)

    label = facts.column(mapping.label) if mapping.label else None
    if label and label.type in (ColumnType.INTEGER, ColumnType.NUMBER) and _spread(label):
        bounds = (label.minimum, label.maximum)
        words = f"Bring {label.name!r} from {bounds[0]:g}…{bounds[1]:g} to 0…1"
        yield changed("label_range", bounds, words)
    if mapping.label:
        yield changed("label", None, f"Leave the label {mapping.label!r} out")
    for column in facts.columns:
        if column.name not in (*mapping.inputs, mapping.label, mapping.group, mapping.grade):
            yield changed("label", column.name, f"Use {column.name!r} as the label")
    for count in sorted({len(form.inputs) for form in row.accepts}):
        if count < len(mapping.inputs):
            kept = mapping.inputs[:count]
            yield changed("inputs", kept, f"Use only {and_list(kept)} as texts")


def _width_complaint(row: Row, count: int, kinds: frozenset[Label], label: ColumnFacts) -> str:
    """The label is a list of a length that does not go with so many texts."""
    forms = [form for form in row.accepts if form.takes(count) and form.label in kinds]
    lengths = sorted({count + width for form in forms for width in form.widths} - {0, -1})
    wanted = " or ".join(f"{length:,}" for length in lengths)
    return (
        f"{row.name} needs lists of {wanted} for {counted(count, 'text')}; those of "
        f"{label.name!r} have {label.list_length:,}"
    )


def _spread(label: ColumnFacts) -> bool:
    return label.minimum is not None and label.maximum is not None and label.minimum < label.maximum


def _scores(
    label: ColumnFacts, label_range: tuple[float, float] | None
) -> tuple[float, float] | None:
    """The least and the highest score as the loss will see them; None where there is none."""
    if label.minimum is None or label.maximum is None:
        return None
    low, high = label_range or (0.0, 1.0)
    return (label.minimum - low) / (high - low), (label.maximum - low) / (high - low)


def _forms(row: Row) -> str:
    return " or ".join(dict.fromkeys(form.in_words for form in row.accepts))


def _given(mapping: Mapping, label: ColumnFacts | None) -> str:
    texts = f"{counted(len(mapping.inputs), 'text')} ({and_list(mapping.inputs)})"
    if label is None:
        return f"{texts} and no label"
    kinds = sorted(kind.value for kind in label_kinds(label)) or ["nothing that can be a label"]
    lists = f", lists of {label.list_length:,}," if label.list_length else ","
    return f"{texts} and {label.name!r}{lists} which can be {' or '.join(kinds)}"
