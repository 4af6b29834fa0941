"""What is seen of a person's texts, against vectors of the reference library and plain sorting."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sentence_transformers import SentenceTransformer as Reference

from backend.datasets.facts import table_facts
from backend.ids import VersionId
from backend.proof import seen
from backend.recipes.schemas import Recipe
from tests.conftest import TINY
from tests.tiny_model import sentences, write_tiny_bert
from worker.exits import Exit
from worker.jobs import ending
from worker.jobs.folder import JobFolder
from worker.jobs.model_order import ModelOrder
from worker.jobs.see import look
from worker.jobs.seen_texts import seen_texts
from worker.jobs.train_order import TableOrder, TrainOrder

QUESTIONS, ANSWERS = sentences(90, seed=1), sentences(90, seed=2)
ASKED = {"question": QUESTIONS, "answer": ANSWERS, "shop": ["here", "there", None] * 30}
PAIR = {"inputs": ["question", "answer"]}
SEARCHING = [{"name": "InformationRetrievalEvaluator"}]
PROMPTS = {"question": "the question ", "answer": "the answer "}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The folders of a base and of a tuned model."""
    return [write_tiny_bert(tmp_path_factory.mktemp("m"), seed=seed) for seed in (0, 7)]


def order_for(
    tmp_path, models, columns, mapping, evaluators=(), prompts=None, more=(), held_out=None
):
    recipe = {
        "base_model": TINY,
        "datasets": [
            {
                "version": VersionId.new(),
                "mapping": mapping,
                "prompts": prompts or {},
                "held_out": held_out or {"choose_rows": 0, "prove_rows": 0},
            },
            *({"version": VersionId.new(), "mapping": mapping} for _ in more),
        ],
        "loss": {"name": "MultipleNegativesRankingLoss"},
        "evaluators": list(evaluators),
    }
    tables = []
    for n, each in enumerate((columns, *more)):
        table = pa.table(each)
        pq.write_table(table, tmp_path / f"{n}.parquet")
        facts = table_facts(table.schema, table.to_batches())
        tables.append(TableOrder(facts=facts, rows_file=tmp_path / f"{n}.parquet"))
    return ModelOrder(
        model_id="mdl_x",
        model_name="m",
        model_folder=models[1],
        proof_folder=None,
        train=TrainOrder(
            recipe=Recipe.model_validate(recipe),
            tables=tables,
            model_folders={TINY: models[0]},
            earlier=[],
            model_name="m",
            nano_beir="",
            general_similarity="",
        ),
        wanted={},
    )


def looked(tmp_path, order):
    folder = JobFolder(tmp_path / "attempt-1")
    folder.create(order)
    return ending.run(folder, lambda: look(folder)), folder


def library_vectors(folder, texts, prompt):
    return Reference(str(folder), device="cpu").encode(
        texts, prompt=prompt, normalize_embeddings=True
    )


def test_neighbours_are_those_of_the_librarys_vectors(tmp_path, models):
    order = order_for(tmp_path, models, ASKED, PAIR, SEARCHING, PROMPTS)
    ended, folder = looked(tmp_path, order)
    assert ended is Exit.DONE, folder.problem()
    found = seen.read(folder.result / "seen")
    texts = found.texts.to_pylist()
    assert texts == list(dict.fromkeys(ANSWERS))
    theirs = [library_vectors(model, texts, PROMPTS["answer"]) for model in models]
    for ours, vectors, neighbours in zip(
        (found.base, found.tuned),
        theirs,
        (found.neighbours.base, found.neighbours.tuned),
        strict=True,
    ):
        assert ours.astype(np.float32) == pytest.approx(vectors, abs=1e-3)
        scores = vectors @ vectors.T
        np.fill_diagonal(scores, -np.inf)
        best = -np.sort(-scores, axis=1)[:, :10]
        # vectors are kept with 11 bits: which of two texts that are alike to that is nearer varies
        assert np.take_along_axis(scores, neighbours, axis=1) == pytest.approx(best, abs=3e-4)
    assert found.asked == seen.Asked(is_query=True, prompt="the question ", revision=None)
    assert found.groups == {"shop": [ASKED["shop"][ANSWERS.index(text)] or "" for text in texts]}


def test_where_nothing_is_searched_every_text_is_looked_at(tmp_path, models):
    scored = {"one": QUESTIONS, "other": ANSWERS, "score": [n % 6 for n in range(90)]}
    mapping = {"inputs": ["one", "other"], "label": "score"}
    evaluators = [{"name": "EmbeddingSimilarityEvaluator"}]
    found = seen_texts(order_for(tmp_path, models, scored, mapping, evaluators).train)
    assert found.texts == list(dict.fromkeys(QUESTIONS + ANSWERS))
    assert not any(how.is_document for how in found.how)
    assert found.groups == {}  # the score is of a pair


def test_the_class_of_a_text_colours_it(tmp_path, models):
    columns = {"text": QUESTIONS, "kind": ["a", "b", "c"] * 30}
    found = seen_texts(
        order_for(tmp_path, models, columns, {"inputs": ["text"], "label": "kind"}).train
    )
    assert found.groups["kind"] == [columns["kind"][QUESTIONS.index(t)] for t in found.texts]


def test_too_many_texts_are_drawn_and_the_others_counted(tmp_path, models):
    order = order_for(tmp_path, models, ASKED, PAIR, SEARCHING).train
    found, again = seen_texts(order, most=20), seen_texts(order, most=20)
    assert found == again
    assert len(set(found.texts)) == 20
    assert set(found.texts) < set(ANSWERS)
    assert found.left_out == len(set(ANSWERS)) - 20


def test_case_spacing_and_what_is_missing_make_no_text_of_their_own(tmp_path, models):
    columns = {
        "question": ["a cat", "a dog", "a bird", "a fish", None],
        "answer": ["The Sea", "the  sea", None, " ", "sky"],
    }
    found = seen_texts(order_for(tmp_path, models, columns, PAIR, SEARCHING).train)
    assert found.texts == ["The Sea", "sky"]


def test_several_datasets_are_told_apart(tmp_path, models):
    other = {"question": sentences(9, seed=5), "answer": sentences(9, seed=6)}
    order = order_for(tmp_path, models, ASKED, PAIR, SEARCHING, more=[other])
    found = seen_texts(order.train)
    assert found.groups["dataset"] == [
        "data-1" if text in ANSWERS else "data-2" for text in found.texts
    ]
    assert "data-2" in found.groups["dataset"]


def test_two_texts_are_refused_with_a_reason(tmp_path, models):
    columns = {"question": ["a", "b"], "answer": ["the sea", "the sky"]}
    ended, folder = looked(tmp_path, order_for(tmp_path, models, columns, PAIR, SEARCHING))
    assert ended is Exit.REFUSED
    assert folder.problem()["code"] == "too_few_texts"


def test_no_text_of_a_prove_that_is_closed_is_looked_at(tmp_path, models):
    columns = {"question": sentences(40, seed=1), "answer": sentences(40, seed=2)}
    columns["part"] = ["prove" if n % 4 == 0 else "train" for n in range(40)]
    aside = {"part": "part"}
    order = order_for(tmp_path, models, columns, PAIR, SEARCHING, held_out=aside)
    ended, folder = looked(tmp_path, order)
    assert ended is Exit.DONE, folder.problem()
    texts = seen.read(folder.result / "seen").texts.to_pylist()
    assert set(texts) == set(columns["answer"]) - set(columns["answer"][::4])
