"""Wrong answers that a model finds right, with a model whose judgement is known."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from backend.datasets.facts import table_facts
from backend.datasets.looking.one_pass import Seen, one_pass
from backend.datasets.profile import ProfileSettings
from backend.recipes.schemas import Mapping
from worker.jobs.looking.suspects import suspects_finding

TOPICS = 30


def judge(texts: list[str]) -> np.ndarray:
    """Texts of one topic, which is their last word, are alike; all others have nothing in common.
    What is asked lies a little apart from what answers."""
    vectors = np.zeros((len(texts), TOPICS + 1))
    for i, text in enumerate(texts):
        vectors[i, int(text.split()[-1])] = 1.0
        vectors[i, TOPICS] = 0.5 * text.startswith("asked")
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def seen(folder: Path, **columns: list[str]) -> Seen:
    table = pa.table(columns)
    mapping = Mapping(inputs=list(columns))
    pq.write_table(table, folder / "rows.parquet")
    facts = table_facts(table.schema, table.to_batches())
    return one_pass(folder / "rows.parquet", facts, mapping, ProfileSettings(), lambda _: None)


def test_negatives_of_the_anchors_own_topic_are_suspects_and_no_others(tmp_path: Path) -> None:
    negatives = [f"wrong {(n + (n % 10 != 0)) % TOPICS}" for n in range(TOPICS)]
    looked = seen(
        tmp_path,
        anchor=[f"asked {n}" for n in range(TOPICS)],
        positive=[f"right {n}" for n in range(TOPICS)],
        negative=negatives,
    )
    finding, suspects = suspects_finding(looked, judge, lambda _: None)
    assert finding is not None
    assert finding.needs_review
    assert finding.rows == [0, 10, 20]
    assert "3 wrong answers: each stands beside an anchor" in finding.sentence
    assert {(each.row, each.text_row, each.column) for each in suspects} == {
        (n, n, "negative") for n in (0, 10, 20)
    }


def test_another_rows_answer_that_is_nearer_than_the_own_is_a_suspect_once(tmp_path: Path) -> None:
    answers = [f"right {n}" for n in range(TOPICS)]
    answers[4], answers[7] = answers[7], answers[4]
    looked = seen(tmp_path, anchor=[f"asked {n}" for n in range(TOPICS)], positive=answers)
    finding, suspects = suspects_finding(looked, judge, lambda _: None)
    assert finding is not None
    assert finding.groups == [[4, 7]]
    assert [(each.row, each.text_row) for each in suspects] == [(4, 7)]


def test_rows_without_a_wrong_answer_have_no_suspects(tmp_path: Path) -> None:
    looked = seen(tmp_path, text=[f"asked {n}" for n in range(TOPICS)])
    assert suspects_finding(looked, judge, lambda _: None) == (None, [])
    looked = seen(
        tmp_path,
        anchor=[f"asked {n}" for n in range(TOPICS)],
        positive=[f"right {n}" for n in range(TOPICS)],
    )
    assert suspects_finding(looked, judge, lambda _: None) == (None, [])
