"""The card tells what was done, and no row of anybody's data."""

import pytest
import yaml

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.card import SentenceTransformerModelCardData, text
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
