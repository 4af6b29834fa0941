"""Hard negatives: near to the anchor, never the anchor or an answer of it, and of its own part."""

import pyarrow as pa
import pytest

from backend.datasets.operations.by_name import parse
from backend.datasets.operations.mine_negatives import MineNegatives
from backend.datasets.split import normal
from tests.backend.datasets.operations.tables import texts
from tests.tiny_model import write_tiny_bert
from worker.engine.model import SentenceTransformer
from worker.jobs.mine_negatives import mined

ANIMALS, PLACES = "cat dog bird fish".split(), "mat road sky sea".split()
PAIRS = [
    (f"where is the {animal}", f"the {animal} {verb} on the {place}")
    for animal in ANIMALS
    for verb, place in zip(["sat", "ran"] * 2, PLACES, strict=True)
]
EVERYTHING = {"relative_margin": None}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return SentenceTransformer(str(write_tiny_bert(tmp_path_factory.mktemp("tiny"))))


def pairs(rows=PAIRS, **more) -> pa.Table:
    return texts(q=[q for q, _ in rows], a=[a for _, a in rows], **more)


def mine(model, table, **settings):
    wanted = parse(
        {"name": "mine_negatives", "parameters": {"anchor": "q", "positive": "a", **settings}}
    )
    assert isinstance(wanted, MineNegatives)
    return mined(wanted, table, model)


def answers_of(table):
    found = {}
    for row in table.to_pylist():
        found.setdefault(normal(row["q"]), set()).add(normal(row["a"]))
    return found


def test_no_negative_is_the_anchor_or_an_answer_of_it_in_any_spelling(model):
    rows = [*PAIRS, ("Where is  the CAT", "the cat swam"), ("the dog sat on the mat", "a red dog")]
    table = pairs(rows)
    made = mine(model, table, negatives=5, **EVERYTHING).to_pylist()
    answers = answers_of(table)
    assert made
    for row in made:
        anchor, negative = normal(row["q"]), normal(row["negative"])
        assert negative != anchor
        assert negative not in answers[anchor]
        assert normal(row["a"]) in answers[anchor]
        assert row["negative"] in table["a"].to_pylist()


def test_each_pair_gets_its_negatives_nearest_first(model):
    made = mine(model, pairs(), negatives=2, **EVERYTHING)
    assert len(made) == 2 * len(PAIRS)
    (query,) = model.encode_query([PAIRS[0][0]], normalize_embeddings=True)
    wrong = [answer for q, answer in PAIRS if q != PAIRS[0][0]]
    scores = model.encode_document(wrong, normalize_embeddings=True) @ query
    nearest = [wrong[i] for i in (-scores).argsort()[:2]]
    assert made["negative"].to_pylist()[:2] == nearest


def test_negatives_can_stand_in_columns(model):
    made = mine(model, pairs(), negatives=3, form="columns", **EVERYTHING)
    assert made.column_names == ["q", "a", "negative_1", "negative_2", "negative_3"]
    assert list(zip(made["q"].to_pylist(), made["a"].to_pylist(), strict=True)) == PAIRS


def test_the_first_ranks_can_be_passed_over(model):
    three = mine(model, pairs(), negatives=3, form="columns", **EVERYTHING)
    later = mine(model, pairs(), negatives=1, range_min=2, **EVERYTHING)
    assert later["negative"].to_pylist() == three["negative_3"].to_pylist()


def test_a_negative_is_less_alike_than_the_answer_by_the_margin(model):
    made = mine(model, pairs(), negatives=5, relative_margin=0.02).to_pylist()
    assert 0 < len(made) < 5 * len(PAIRS)
    answers = answers_of(pairs())
    for row in made:
        (query,) = model.encode_query([row["q"]], normalize_embeddings=True)
        own = model.encode_document(
            [a for q, a in PAIRS if normal(a) in answers[normal(row["q"])]],
            normalize_embeddings=True,
        )
        (negative,) = model.encode_document([row["negative"]], normalize_embeddings=True)
        assert negative @ query <= 0.98 * min(own @ query) + 1e-4


def test_the_same_seed_draws_the_same_and_another_others(model):
    drawn = [
        mine(model, pairs(), negatives=1, sampling="random", range_max=12, seed=seed, **EVERYTHING)
        for seed in (1, 1, 2)
    ]
    assert drawn[0].equals(drawn[1])
    assert not drawn[0].equals(drawn[2])


def test_no_negative_comes_from_another_part(model):
    parts = ["train", "prove"] * (len(PAIRS) // 2)
    table = pairs(part=parts)
    own = {part: set() for part in parts}
    for row in table.to_pylist():
        own[row["part"]].add(row["a"])
    made = mine(model, table, negatives=3, **EVERYTHING).to_pylist()
    assert {row["part"] for row in made} == {"train", "prove"}
    assert all(row["negative"] in own[row["part"]] for row in made)


def test_rows_that_lack_a_text_are_passed_over(model):
    made = mine(model, pairs([*PAIRS, (None, "x"), ("y", " ")]), **EVERYTHING)
    assert len(made) == len(PAIRS)


def test_where_no_pair_is_whole_there_is_no_row(model):
    assert len(mine(model, pairs([("x", None)]))) == 0
