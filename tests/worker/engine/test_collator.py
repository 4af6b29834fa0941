"""Rows become tensors, column by column, with the prompts and routes that are for each."""

import pytest
import torch

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.data.by_column import for_columns
from worker.engine.data.collator import SentenceTransformerDataCollator
from worker.engine.data.columns import ColumnProblem
from worker.engine.data.regroup import Batches, regrouped
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Router
from worker.engine.trainer import SentenceTransformerTrainer


def test_each_column_is_padded_to_its_own_longest(model):
    batch = SentenceTransformerDataCollator(model.preprocess)(
        [{"a": "cat", "b": "the cat sat on the mat"}, {"a": "the dog", "b": "dog"}]
    )
    assert batch["a_input_ids"].shape == (2, 4)
    assert batch["b_input_ids"].shape == (2, 8)
    assert "label" not in batch


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 2], torch.tensor([0, 2])),
        ([0.5, 1.0], torch.tensor([0.5, 1.0])),
        ([[0.1, 0.9], [0.2, 0.8]], torch.tensor([[0.1, 0.9], [0.2, 0.8]])),
        ([torch.tensor(1), torch.tensor(0)], torch.tensor([1, 0])),
    ],
)
def test_labels_keep_their_kind(model, values, expected):
    rows = [{"a": "cat", "label": value} for value in values]
    label = SentenceTransformerDataCollator(model.preprocess)(rows)["label"]
    assert torch.equal(label, expected)
    assert label.dtype == expected.dtype


def test_the_names_of_label_columns_can_be_ones_own(model):
    collate = SentenceTransformerDataCollator(model.preprocess, valid_label_columns=["grade"])
    batch = collate([{"a": "cat", "score": "the dog", "grade": 3}])
    assert batch["label"].tolist() == [3]
    assert {"a_input_ids", "score_input_ids"} <= set(batch)


PROMPTS = [
    (None, None, {}),
    ("q: ", None, {"a": "q: ", "b": "q: "}),
    ({"b": "q: "}, None, {"b": "q: "}),
    ({"nli": "q: "}, "nli", {"a": "q: ", "b": "q: "}),
    ({"nli": "q: "}, "sts", {}),
    ({"nli": {"a": "q: "}, "sts": {"b": "s: "}}, "sts", {"b": "s: "}),
    ({"nli": {"a": "q: "}}, "sts", {}),
    ({"a": "q: "}, "sts", {"a": "q: "}),
]


@pytest.mark.parametrize(("setting", "dataset", "expected"), PROMPTS)
def test_a_setting_is_for_all_by_column_by_dataset_or_by_both(setting, dataset, expected):
    assert for_columns(setting, ["a", "b"], dataset, "prompts") == expected


def test_a_setting_by_dataset_and_column_needs_datasets_with_names():
    with pytest.raises(ColumnProblem, match=r"prompts is by dataset and column \(nli\)"):
        for_columns({"nli": {"a": "q: "}}, ["a"], None, "prompts")


def test_prompts_go_before_the_texts_of_their_columns(model):
    row = {"a": "cat", "b": "dog"}

    def ids(prompts):
        batch = SentenceTransformerDataCollator(model.preprocess, prompts=prompts)([row])
        return [batch[f"{column}_input_ids"].tolist() for column in "ab"]

    plain = [model.tokenize([text])["input_ids"].tolist() for text in ("cat", "dog")]
    with_the = [model.tokenize([text])["input_ids"].tolist() for text in ("the cat", "the dog")]
    assert ids(None) == plain
    assert ids("the ") == with_the
    assert ids({"b": "the "}) == [plain[0], with_the[1]]


def test_routes_and_limits_reach_the_model_and_the_loss():
    def preprocess(texts, prompt=None, task=None, max_length=None):
        return {"input_ids": torch.tensor([[max_length or 0]] * len(texts))}

    collate = SentenceTransformerDataCollator(
        preprocess, router_mapping={"q": "query"}, max_length={"query": 7}
    )
    batch = collate([{"q": "cat", "d": "dog"}])
    assert batch["q_task"] == "query"
    assert batch["q_input_ids"].item() == 7
    assert "d_task" not in batch
    assert SentenceTransformerDataCollator(preprocess)([]) == {}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"a": "cat"}, {"a": None}], "'a' holds NoneType"),
        ([{"a": 3}], "'a' holds int"),
        ([{"a": "cat", "label": [1]}, {"a": "cat", "label": [1, 2]}], "label column 'label'"),
        ([{"a": "cat", "label": "yes"}], "label column 'label'"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_its_column(model, rows, words):
    with pytest.raises(ColumnProblem, match=words):
        SentenceTransformerDataCollator(model.preprocess)(rows)


def test_flat_names_become_the_features_of_each_column():
    batch = {
        "dataset_name": "nli",
        "label": torch.tensor([1]),
        "a_input_ids": 1,
        "a_attention_mask": 2,
        "a_b_input_ids": 3,  # of the column a_b, not of a
        "a_b_attention_mask": 4,
        "words_sentence_embedding": 5,
    }
    found = regrouped(batch)
    assert found["sentence_features"] == [
        {"input_ids": 1, "attention_mask": 2},
        {"input_ids": 3, "attention_mask": 4},
        {"sentence_embedding": 5},
    ]
    assert found["labels"] is batch["label"]


def test_a_batch_that_is_grouped_stays_and_knows_its_dataset():
    grouped = {"sentence_features": [{}], "labels": None}
    found = Batches(lambda rows: grouped)([{"a": "cat", "dataset_name": "nli"}])
    assert found == {**grouped, "dataset_name": "nli"}


def test_a_collator_of_ones_own_trains(model, pairs, tmp_path):
    seen = []

    def collate(rows):
        seen.append(sorted(rows[0]))
        found = {}
        for column in ("anchor", "positive"):
            features = model.preprocess([row[column].upper() for row in rows])
            found |= {f"{column}_{key}": value for key, value in features.items()}
        return found

    args = SentenceTransformerTrainingArguments(
        str(tmp_path), max_steps=2, report_to="none", use_cpu=True, save_strategy="no"
    )
    trainer = SentenceTransformerTrainer(
        model,
        args,
        pairs,
        loss=losses.MultipleNegativesRankingLoss(model),
        data_collator=collate,
    )
    assert trainer.train().global_step == 2
    assert seen[0] == ["anchor", "positive"]


def test_a_model_with_routes_must_know_the_way_of_each_column(tiny_bert, pairs, tmp_path):
    ways = [list(SentenceTransformer(str(tiny_bert), device="cpu")) for _ in range(2)]
    router = Router.for_query_document(query_modules=ways[0], document_modules=ways[1])
    model = SentenceTransformer(modules=[router], device="cpu")
    loss = losses.MultipleNegativesRankingLoss(model)

    def trainer(**options):
        args = SentenceTransformerTrainingArguments(
            str(tmp_path),
            max_steps=1,
            report_to="none",
            use_cpu=True,
            save_strategy="no",
            **options,
        )
        return SentenceTransformerTrainer(model, args, pairs, loss=loss)

    with pytest.raises(ValueError, match="Give router_mapping="):
        trainer()
    before = [[p.clone() for p in way[0].parameters()] for way in ways]
    trainer(router_mapping={"anchor": "query", "positive": "document"}).train()
    for way, old in zip(ways, before, strict=True):
        pairs_of = zip(way[0].parameters(), old, strict=True)
        assert any(not torch.equal(new, was) for new, was in pairs_of)


@pytest.mark.parametrize(
    ("data", "prompts", "words"),
    [
        ("pairs", {"anchr": "query: "}, "prompts names 'anchr'.*anchor"),
        ("named", {"nli": "query: "}, "prompts names 'nli'.*anchor, one, positive"),
        ("named", {"one": {"anchr": "query: "}}, r"prompts\['one'\] names 'anchr'.*anchor"),
    ],
)
def test_a_prompt_for_what_is_not_there_is_told_before_the_first_step(
    tiny_bert, pairs, tmp_path, data, prompts, words
):
    with pytest.raises(ColumnProblem, match=words):
        SentenceTransformerTrainer(
            SentenceTransformer(tiny_bert, device="cpu"),
            SentenceTransformerTrainingArguments(str(tmp_path), prompts=prompts, report_to="none"),
            train_dataset={"pairs": pairs, "named": {"one": pairs}}[data],
            loss=losses.MultipleNegativesRankingLoss,
        )
