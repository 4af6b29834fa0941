"""The card tells what was done, and no row of anybody's data."""

from types import SimpleNamespace

import pytest
import torch
import yaml
from datasets import Dataset
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import TrainerControl, TrainerState
from transformers.integrations import CodeCarbonCallback

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.card import SentenceTransformerModelCardData, text
from worker.engine.card.recorder import Recorder
from worker.engine.card.widget import SENTENCES
from worker.engine.evaluation import TripletEvaluator
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

PROOF = {
    "metric": "ndcg@10",
    "before": 0.648,
    "after": 0.677,
    "difference": 0.029,
    "ci95": (0.014, 0.044),
    "queries": 400,
    "verdict": "Better: the whole interval lies above zero.",
}


@pytest.fixture
def trained(model, pairs, tmp_path):
    args = SentenceTransformerTrainingArguments(
        str(tmp_path / "run"),
        max_steps=2,
        logging_steps=1,
        learning_rate=1e-3,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
    )
    loss = losses.MultipleNegativesRankingLoss(model, scale=30)
    SentenceTransformerTrainer(model, args, pairs, loss=loss).train()
    TripletEvaluator(pairs["anchor"], pairs["positive"], pairs["anchor"], name="my_dev")(model)
    return model


def front(card):
    return yaml.safe_load(card.split("---\n")[1])


def test_the_front_matter_is_what_the_hub_reads(trained):
    trained.model_card_data.license = "apache-2.0"
    trained.model_card_data.language = "en"
    trained.model_card_data.base_model = "someone/tiny"
    facts = front(text(trained))
    assert facts["library_name"] == "sentence-transformers"
    assert facts["pipeline_tag"] == "sentence-similarity"
    assert (facts["license"], facts["language"]) == ("apache-2.0", ["en"])
    assert facts["base_model"] == "someone/tiny"
    assert {"dataset_size:44", "loss:MultipleNegativesRankingLoss"} <= set(facts["tags"])
    (result,) = facts["model-index"][0]["results"]
    assert result["task"]["type"] == "triplet"
    assert result["metrics"][0]["type"] == "cosine_accuracy"


def test_the_sections_tell_the_training(trained):
    card = text(trained)
    for part in (
        "## Model Details",
        "## Usage",
        "## Evaluation",
        '"scale": 30',
        "- `learning_rate`: 0.001",
        "| Epoch | Step | Training Loss |",
        "### Framework Versions",
        "@misc{oord2019",
    ):
        assert part in card


def test_no_row_of_the_data_stands_in_the_card(trained, pairs):
    card = text(trained)
    assert not [row for row in [*pairs["anchor"], *pairs["positive"]] if row in card]
    assert "widget" not in card


def test_the_proof_stands_first(trained):
    trained.model_card_data.proof = PROOF
    card = text(trained)
    assert "| 0.6480 | 0.6770 | +0.0290 | +0.0140 to +0.0440 |" in card
    assert PROOF["verdict"] in card
    assert card.index("## Before and after") < card.index("## Model Details")


def test_a_value_that_looks_like_yaml_stays_a_value(trained):
    trained.model_card_data.license = "other: [x"
    assert front(text(trained))["license"] == "other: [x"


def test_a_model_only_loaded_and_saved_keeps_its_card(model, tmp_path):
    model.save_pretrained(tmp_path / "one")
    (tmp_path / "one" / "README.md").write_text("# What its author wrote\n")
    SentenceTransformer(tmp_path / "one", device="cpu").save_pretrained(tmp_path / "two")
    assert (tmp_path / "two" / "README.md").read_text() == "# What its author wrote\n"


def test_a_card_can_be_left_out(model, tmp_path):
    model.save_pretrained(tmp_path / "bare", create_model_card=False)
    assert not (tmp_path / "bare" / "README.md").exists()


def test_the_place_of_a_local_base_is_not_told(tiny_bert):
    model = SentenceTransformer(
        tiny_bert, device="cpu", model_card_data=SentenceTransformerModelCardData(model_name="Mine")
    )
    assert str(tiny_bert.parent) not in text(model)
    assert "# Mine" in text(model)


class Told:
    """Arguments of a training, as far as the card asks."""

    def changed(self):
        return {"learning_rate": 0.1, "hub_token": "hf_secret"}

    def to_dict(self):
        return {"learning_rate": 0.1, "seed": 42, "hub_token": "hf_secret", "output_dir": "/home"}


class OddLoss(torch.nn.Module):
    def get_config_dict(self):
        return {"inner": OddLoss, "of": {1: [torch.nn.Identity()]}}


def remember(model, rows, loss=None):
    model.model_card_data.remember_training(
        train=rows, evaluation=rows, losses={"": loss or OddLoss()}, arguments=Told()
    )
    return text(model)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.integers(0, 9), max_size=4),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.fixed_dictionaries({"a|b": VALUES, "label": VALUES}), max_size=4),
    name=st.text(max_size=8),
)
def test_whatever_the_data_a_card_is_written(model, rows, name):
    card = remember(model, {name: rows})
    assert front(card)["library_name"] == "sentence-transformers"
    assert "### Training Hyperparameters" in card
    assert "hf_secret" not in card


class Broken:
    column_names = ("a",)

    def __len__(self):
        return 3

    def __getitem__(self, place):
        raise RuntimeError("a transform that fails")

    def get_config_dict(self):
        raise RuntimeError("a loss that fails")


def test_data_or_a_loss_that_fails_costs_a_section_and_no_training(model):
    assert "- Columns: <code>a</code>" in remember(model, {"": Broken()})
    assert "## Model Details" in remember(model, {"": Broken()}, loss=Broken())


def test_a_dataset_that_streams_is_told_by_its_columns(model, pairs):
    card = remember(model, {"": pairs.to_iterable_dataset()})
    assert "- Columns: <code>anchor</code>, <code>positive</code>" in card
    assert "dataset_size" not in card


def test_the_first_rows_are_measured_and_none_is_shown(model):
    rows = Dataset.from_dict({"query": ["the cat", "a"], "score": [0.25, 0.75], "label": [1, 1]})
    card = remember(model, {"mine": rows})
    assert "first 2 samples" in card
    assert "<li>min: 3 tokens</li><li>mean: 3.5 tokens</li><li>max: 4 tokens</li>" in card
    assert "<li>min: 0.25</li><li>mean: 0.5</li><li>max: 0.75</li>" in card
    assert "<li>1: 100.00%</li>" in card
    assert "<code>the cat</code>" not in card
    assert "model.encode_query(queries)" in card  # a column of queries: a model for search


def test_rows_are_shown_where_the_author_allows_it(tiny_bert, pairs):
    told = SentenceTransformerModelCardData(
        allow_training_rows=True, train_datasets=[{"name": "Pairs", "id": "team/pairs"}]
    )
    model = SentenceTransformer(tiny_bert, device="cpu", model_card_data=told)
    card = remember(model, {"": pairs})
    assert f"<code>{pairs['anchor'][0]}</code>" in card
    assert "- Dataset: [Pairs](https://huggingface.co/datasets/team/pairs)" in card
    (widget, *_) = front(card)["widget"]
    assert len(widget["sentences"]) == 3
    assert front(card)["datasets"] == ["team/pairs"]


def test_more_than_three_datasets_are_folded_away(model, pairs):
    card = remember(model, dict.fromkeys("abcd", pairs))
    assert "<details><summary>c</summary>" in card
    assert front(card)["tags"][-2:] == ["dataset_size:176", "loss:OddLoss"]


def test_the_example_shows_what_it_prints_here(model):
    card = text(model)
    vectors = model.encode(SENTENCES, convert_to_tensor=True)
    first = f"{float(model.similarity(vectors, vectors)[0, 1]):.4f}"
    assert first in card
    model.model_card_data.generate_widget_examples = False
    assert first not in text(model)
    assert "# (3, 3)" in text(model)


def test_evaluations_of_one_kind_share_a_table(trained, pairs):
    TripletEvaluator(pairs["anchor"], pairs["positive"], pairs["anchor"], name="two")(trained)
    card = text(trained)
    assert "| Metric | my_dev | two |" in card
    assert "| **cosine_accuracy** |" in card


def test_the_best_step_is_bold_and_a_long_log_is_folded(model, pairs):
    data = model.model_card_data
    for step in range(1, 102):
        data.remember_log(0.5, step, {"loss": 1.0, "eval_loss": 2.0, "eval_runtime": 1.5})
    data.set_best_model_step(7)
    card = remember(model, {"": pairs})
    assert "| **0.5000** | **7** | **1.0000** | **2.0000** |" in card
    assert "| Epoch | Step | Training Loss | Validation Loss |" in card
    assert card.count("<details>") == 2  # the log, and all hyperparameters


def test_what_codecarbon_measured_is_told(model, pairs, tmp_path):
    measured = SimpleNamespace(
        emissions=0.002, energy_consumed=0.5, on_cloud="N", cpu_model="A CPU",
        gpu_model="A GPU", ram_total_size=15.5,
    )  # fmt: skip
    callback = CodeCarbonCallback.__new__(CodeCarbonCallback)  # its package isn't installed
    callback.tracker = SimpleNamespace(final_emissions_data=measured)
    recorder = Recorder(model.model_card_data, [callback])
    arguments = SentenceTransformerTrainingArguments(str(tmp_path), use_cpu=True)
    state = TrainerState()
    recorder.on_train_begin(arguments, state, TrainerControl())
    recorder.on_train_end(arguments, state, TrainerControl())
    card = remember(model, {"": pairs})
    assert "- **Carbon Emitted**: 0.002 kg of CO2" in card
    assert "- **GPU Model**: A GPU" in card
    assert front(card)["co2_eq_emissions"]["emissions"] == 2.0
    assert "### Training Time" in card


def test_losses_that_cite_the_same_share_an_entry(model, pairs):
    inner = losses.MultipleNegativesRankingLoss(model)
    card = remember(model, {"": pairs}, losses.MatryoshkaLoss(model, inner, [32, 16]))
    assert "#### MatryoshkaLoss" in card
    assert "#### MultipleNegativesRankingLoss" in card
    assert "#### Sentence Transformers" in card
    assert '"matryoshka_dims"' in card


def test_a_wrong_model_id_is_left_out():
    assert SentenceTransformerModelCardData(model_id="no owner").model_id is None
