"""Each fault is planted in clean rows, noticed just there, and gone after each fix that is offered."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from backend.datasets.facts import table_facts
from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.datasets.operations.by_name import parse_all
from backend.datasets.operations.run import run
from backend.datasets.profile import ProfileResult, ProfileSettings
from backend.recipes.schemas import Mapping
from tests.conftest import TINY
from tests.tiny_model import write_tiny_bert
from worker.jobs.looking.look import look
from worker.jobs.profile_order import ProfileOrder

WORDS = (
    "cat dog bird fish sat ran flew swam on under over near mat road sky sea small big red blue "
    "quick slow happy sad"
).split()
ROWS = 60
PAIRS = Mapping(inputs=["one", "other"])
Columns = dict[str, list[Any]]


def clean(seed: int) -> list[str]:
    """Texts that have nothing in common but words, none of them a question."""
    drawn = random.Random(seed)
    return [" ".join([f"n{n}", *drawn.sample(WORDS, 8)]) for n in range(ROWS)]


def pairs(**more: list[Any]) -> Columns:
    return {"one": clean(1), "other": clean(2), **more}


def again(columns: Columns, row: int, **changed: Any) -> Columns:
    """One row more: that row, with some cells changed."""
    return {
        name: [*cells, changed.get(name, cells[row] if len(cells) > row else None)]
        for name, cells in columns.items()
    }


def put(columns: Columns, name: str, row: int, text: str | None) -> Columns:
    return columns | {name: [*columns[name][:row], text, *columns[name][row + 1 :]]}


@dataclass
class Case:
    """`rows` are those that have the fault; None: the finding is of all rows."""

    kind: FindingKind
    columns: Columns
    rows: list[int] | None
    mapping: Mapping = PAIRS
    says: str = ""
    may_also: set[FindingKind] = field(default_factory=set)


def labelled() -> Columns:
    return pairs(label=[("yes", "no")[n % 2] for n in range(ROWS)])


def divided() -> Columns:
    parts = ["train"] * 40 + ["choose"] * 10 + ["prove"] * 10
    return pairs(source=[f"s{n}" for n in range(ROWS)], part=parts)


def turned() -> Columns:
    return {"one": clean(1), "other": [f"where is the {text}" for text in clean(2)]}


FRESH = " ".join(WORDS[3:11])
OTHER = " ".join(WORDS[12:20])
CLASSED = Mapping(inputs=["one", "other"], label="label")
SCORED = Mapping(inputs=["one", "other"], label="score")
GROUPED = Mapping(inputs=["one", "other"], group="source")
REPEATED = clean(1)[5]
SHUFFLED = " ".join(reversed(clean(1)[7].split()))

CASES = {
    "a row again in capitals": Case(
        FindingKind.EXACT_DUPLICATES,
        again(pairs(), 5, one=REPEATED.upper(), other=f"  {clean(2)[5]}"),
        [ROWS],
        says="1 of 61 rows says again what an earlier row says in one and other.",
    ),
    "a row again in swapped order": Case(
        FindingKind.EXACT_DUPLICATES,
        again(pairs(), 5, one=clean(2)[5], other=REPEATED),
        [ROWS],
        says="1 of them in swapped order",
    ),
    "a row again, beside rows without a text": Case(
        FindingKind.EXACT_DUPLICATES,
        again(again(again(pairs(), 5), 0, one="", other="x"), 0, one="", other="x"),
        [ROWS],
        may_also={FindingKind.EMPTY_TEXTS},
    ),
    "a row nearly again": Case(
        FindingKind.NEAR_DUPLICATES, again(pairs(), 7, one=SHUFFLED), [ROWS], says="a typing error"
    ),
    "a row again with another label": Case(
        FindingKind.CONFLICTING_LABELS,
        again(labelled(), 8, label="no"),
        [8, ROWS],
        CLASSED,
        says="2 of 61 rows contradict another: the same texts with another label, in 1 group.",
    ),
    "a row again with another score": Case(
        FindingKind.CONFLICTING_LABELS,
        again(pairs(score=[n / ROWS for n in range(ROWS)]), 8, score=0.9),
        [8, ROWS],
        SCORED,
    ),
    "a text of prove in train": Case(
        FindingKind.LEAKS,
        again(divided(), 55, other=FRESH, source="new", part="train"),
        [ROWS],
        GROUPED,
        says="1 has the same text as a row there",
    ),
    "a group of choose in train": Case(
        FindingKind.LEAKS,
        again(divided(), 45, one=FRESH, other=OTHER, part="train"),
        [ROWS],
        GROUPED,
        says="the same source",
    ),
    "a text of prove nearly in choose": Case(
        FindingKind.LEAKS,
        again(
            divided(),
            50,
            one=" ".join(reversed(clean(1)[50].split())),
            other=FRESH,
            source="new",
            part="choose",
        ),
        [ROWS],
        GROUPED,
        says="nearly the same text",
    ),
    "questions where answers should be": Case(
        FindingKind.REVERSED, turned(), list(range(ROWS)), says="100% of the texts of other"
    ),
    "questions where answers should be, with a label": Case(
        FindingKind.REVERSED,
        turned() | {"label": [n % 2 for n in range(ROWS)]},
        list(range(ROWS)),
        CLASSED,
    ),
    "scores from 0 to 5": Case(
        FindingKind.SCORE_SCALE,
        pairs(score=[5 * n / (ROWS - 1) for n in range(ROWS)]),
        list(range(12, ROWS)),
        SCORED,
        says="runs from 0 to 5",
    ),
    "a column that nobody needs": Case(
        FindingKind.SURPLUS_COLUMNS, pairs(note=clean(3)), [], says="1 column not needed here: note"
    ),
    "a text of more tokens than are read": Case(
        FindingKind.CUT_TEXTS,
        put(pairs(), "other", 9, " ".join(WORDS * 4)),
        [9],
        says="reads the first 64 tokens",
    ),
    "no text": Case(
        FindingKind.EMPTY_TEXTS, put(put(pairs(), "one", 3, None), "other", 4, " \t"), [3, 4]
    ),
    "a very long text": Case(
        FindingKind.LONG_TEXTS,
        put(pairs(), "one", 3, "cat dog " * 1_300),
        [3],
        may_also={FindingKind.CUT_TEXTS},
    ),
    "a control character": Case(
        FindingKind.CONTROL_CHARACTERS, put(pairs(), "one", 3, f"{FRESH}\x07"), [3]
    ),
    "a broken character": Case(
        FindingKind.BROKEN_ENCODING, put(pairs(), "one", 3, f"{FRESH} mÃ¼de"), [3]
    ),
    "HTML": Case(FindingKind.HTML, put(pairs(), "one", 3, f"<p>{FRESH}</p> &amp; more"), [3]),
}


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bert(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def looked(tmp_path: Path, tiny: Path):  # type: ignore[no-untyped-def]
    """What a whole look at some columns tells."""

    def looked(
        table: pa.Table, mapping: Mapping, rows: int | None = None, **more: Any
    ) -> ProfileResult:
        pq.write_table(table, tmp_path / "rows.parquet")
        order = ProfileOrder(
            rows_file=tmp_path / "rows.parquet",
            facts=table_facts(table.schema, table.to_batches()),
            settings=ProfileSettings(mapping=mapping, base_model=TINY, sample_rows=rows, **more),
            model_folders={TINY: tiny},
        )
        return look(order, None, lambda _: None)

    return looked


def test_nothing_is_noticed_in_clean_rows(looked) -> None:
    assert looked(pa.table(pairs()), PAIRS).findings == []
    assert looked(pa.table(labelled()), CLASSED).findings == []
    assert looked(pa.table(divided()), GROUPED).findings == []


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_noticed_where_it_is_and_gone_after_each_fix(looked, name: str) -> None:
    case = CASES[name]
    table = pa.table(case.columns)
    findings = looked(table, case.mapping).findings
    noticed = {finding.kind: finding for finding in findings}
    assert set(noticed) - case.may_also == {case.kind}
    finding = noticed[case.kind]
    assert finding.rows == case.rows
    assert case.says in finding.sentence
    assert finding.sentence.endswith(".")
    assert finding.remedies
    for remedy in finding.remedies:
        after, mapping = remedied(table, case.mapping, remedy)
        assert case.kind not in {each.kind for each in looked(after, mapping).findings}, remedy
        if "Leave out" in remedy.label:
            assert len(table) - len(after) <= len(finding.rows)


def remedied(table: pa.Table, mapping: Mapping, remedy: Remedy) -> tuple[pa.Table, Mapping]:
    if remedy.mapping:
        mapping = Mapping.model_validate(mapping.model_dump() | remedy.mapping)
    return run(parse_all(remedy.operations), table) if remedy.operations else table, mapping


def test_what_is_seen_in_a_sample_says_so_and_its_fix_leaves_out_just_those_rows(looked) -> None:
    many = {"one": [f"{text} {n}" for n in range(4) for text in clean(1)], "other": clean(2) * 4}
    result = looked(pa.table(many), PAIRS, rows=120)
    assert result.is_sample
    assert "120 of them were looked at closely" in result.sentence
    [finding] = [each for each in result.findings if each.kind is FindingKind.NEAR_DUPLICATES]
    assert finding.is_sample
    [remedy] = finding.remedies
    assert remedy.operations == [{"name": "drop_rows", "parameters": {"rows": finding.rows}}]
    longer = put(pairs(), "one", 3, " ".join(WORDS * 4))
    table = pa.table({name: cells * 4 for name, cells in longer.items()})
    cut = by_kind(looked(table, PAIRS, rows=150))[FindingKind.CUT_TEXTS]
    assert cut.remedies == []
    assert "look at all rows first" in cut.why_no_remedy


def test_tokens_are_those_of_the_base_model_and_lengths_are_exact(looked) -> None:
    texts = put(pairs(), "one", 3, " ".join(WORDS * 4))
    column = looked(pa.table(texts), PAIRS).columns[0]
    assert column.characters is not None
    assert column.tokens is not None
    assert column.characters.maximum == max(map(len, texts["one"]))
    assert column.characters.median == int(
        np.quantile([len(t) for t in texts["one"]], 0.5, method="inverted_cdf")
    )
    words = [len(WORDS) * 4 + 2, 2 + 8 + 2, 2 + 8 + 3]  # [CLS], n and its digits, words, [SEP]
    assert column.tokens.lengths.maximum == words[0]
    assert column.tokens.lengths.minimum == words[1]
    assert (column.tokens.cut, column.tokens.limit, column.tokens.looked_at) == (1, 64, ROWS)


def by_kind(result: ProfileResult) -> dict[FindingKind, Finding]:
    return {finding.kind: finding for finding in result.findings}
