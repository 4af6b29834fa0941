"""What the drawn rows tell of each text column: tokens and languages; and which texts are cut."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.catalog.columns import ColumnType
from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.datasets.findings.making import found, leave_out
from backend.datasets.looking.one_pass import Seen
from backend.datasets.profile import ColumnProfile
from backend.recipes.words import and_list, counted
from worker.jobs.looking.languages import languages
from worker.jobs.looking.tokens import TokenCounter


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts of an input in the drawn rows that have one, and the rows' numbers."""

    name: str
    texts: list[str]
    rows: npt.NDArray[np.int64]


def texts_of(seen: Seen) -> list[Texts]:
    inputs = seen.mapping.inputs if seen.mapping else []
    found = []
    for name in inputs:
        column = seen.sample.column(name).to_pylist()
        there = [i for i, text in enumerate(column) if text and text.strip()]
        texts = [column[i] for i in there]
        found.append(Texts(name=name, texts=texts, rows=seen.numbers[there]))
    return found


def looked_at(
    columns: Sequence[ColumnProfile], seen: Seen, counter: TokenCounter | None
) -> tuple[list[ColumnProfile], Finding | None]:
    """The columns with their languages and, where there is a counter, tokens; and what it cuts."""
    by_name = {column.name: column for column in columns if column.type is ColumnType.TEXT}
    cut: dict[str, npt.NDArray[np.int64]] = {}
    for each in texts_of(seen):
        known: dict[str, object] = {
            "languages": languages(each.texts, is_all_wanted=seen.settings.sample_rows is None)
        }
        if counter is not None and each.texts:
            counts = counter.count(each.texts)
            known["tokens"] = counter.lengths(counts)
            cut[each.name] = each.rows[counts > counter.limit]
        by_name[each.name] = by_name[each.name].model_copy(update=known)
    whole = [by_name.get(column.name, column) for column in columns]
    return whole, _cut_texts(seen, counter, cut) if counter else None


def _cut_texts(
    seen: Seen, counter: TokenCounter, cut: dict[str, npt.NDArray[np.int64]]
) -> Finding | None:
    names = [name for name, rows in cut.items() if len(rows)]
    if not names:
        return None
    count = sum(len(cut[name]) for name in names)
    rows = np.unique(np.concatenate([cut[name] for name in names]))
    each = and_list([f"{len(cut[name]):,} of {name}" for name in names])
    remedies: list[Remedy] = [] if seen.is_sample else leave_out(rows, "with a text that is cut")
    return found(
        FindingKind.CUT_TEXTS,
        f"{seen.settings.base_model} reads the first {counter.limit:,} tokens of a text; "
        f"{counted(count, 'text is', 'texts are')} longer, and it never sees their ends: {each}.",
        rows,
        count=count,
        looked_at=len(seen.numbers),
        is_sample=seen.is_sample,
        columns=names,
        remedies=remedies,
    )
