"""The card's facts for machines are those that the reference library writes for the same training,
and the Hub's own reader reads them."""

import pytest
import sentence_transformers
import yaml
from datasets import Dataset, DatasetDict
from huggingface_hub import ModelCard, ModelCardData
from sentence_transformers.sentence_transformer import evaluation as reference_evaluation
from sentence_transformers.sentence_transformer import losses as reference_losses

from tests.tiny_model import sentences
from worker.engine import evaluation, losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.card import SentenceTransformerModelCardData
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

ROWS = {"query": sentences(30, seed=1), "positive": sentences(30, seed=2)}
SAID = {"language": "en", "license": "apache-2.0", "model_name": "Tiny", "local_files_only": True}
SETTINGS = {
    "max_steps": 4,
    "logging_steps": 2,
    "eval_strategy": "steps",
    "eval_steps": 2,
    "save_strategy": "no",
    "report_to": "none",
    "disable_tqdm": True,
    "use_cpu": True,
}

OURS = (
    SentenceTransformer,
    SentenceTransformerModelCardData,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
    losses,
    evaluation,
)
THEIRS = (
    sentence_transformers.SentenceTransformer,
    sentence_transformers.SentenceTransformerModelCardData,
    sentence_transformers.SentenceTransformerTrainer,
    sentence_transformers.SentenceTransformerTrainingArguments,
    reference_losses,
    reference_evaluation,
)


def card_of(library, bert, folder):
    """The card after one training, with two datasets, a wrapped loss, and two evaluators."""
    model_class, said, trainer, arguments, their_losses, their_evaluators = library
    model = model_class(str(bert), device="cpu", model_card_data=said(**SAID))
    loss = their_losses.MatryoshkaLoss(
        model, their_losses.MultipleNegativesRankingLoss(model), matryoshka_dims=[32, 16]
    )
    judges = [
        their_evaluators.TripletEvaluator(
            ROWS["query"][:5], ROWS["positive"][:5], ROWS["query"][5:10], name=name
        )
        for name in ("my_dev", "my-test")
    ]
    data = DatasetDict(first=Dataset.from_dict(ROWS), second=Dataset.from_dict(ROWS))
    trainer(
        model=model,
        args=arguments(str(folder), **SETTINGS),
        train_dataset=data,
        eval_dataset=data,
        loss=loss,
        evaluator=judges,
    ).train()
    model.save_pretrained(str(folder / "model"))
    return (folder / "model" / "README.md").read_text(encoding="utf-8")


def facts(card):
    return yaml.safe_load(card.split("---\n")[1])


@pytest.mark.slow
def test_the_hub_is_told_what_the_reference_tells_it(tiny_bert, tmp_path):
    mine = facts(card_of(OURS, tiny_bert, tmp_path / "ours"))
    theirs = facts(card_of(THEIRS, tiny_bert, tmp_path / "theirs"))
    rows_of_the_data = {"widget"}  # ours appear only where the author allows it
    assert mine.keys() == theirs.keys() - rows_of_the_data
    for name in ("language", "license", "library_name", "pipeline_tag", "metrics"):
        assert mine[name] == theirs[name], name
    assert sorted(mine["tags"]) == sorted(theirs["tags"])
    (ours,), (other,) = mine["model-index"], theirs["model-index"]
    assert ours["name"] == other["name"]
    for one, result in zip(ours["results"], other["results"], strict=True):
        assert one["task"] == result["task"]
        assert one["dataset"] == result["dataset"]
        assert [m["type"] for m in one["metrics"]] == [m["type"] for m in result["metrics"]]
        assert [m["name"] for m in one["metrics"]] == [m["name"] for m in result["metrics"]]


def test_the_sections_come_in_the_order_of_the_reference(tiny_bert, tmp_path):
    def heads(card):
        return [line for line in card.splitlines() if line.startswith(("## ", "### "))]

    mine = heads(card_of(OURS, tiny_bert, tmp_path / "ours"))
    theirs = heads(card_of(THEIRS, tiny_bert, tmp_path / "theirs"))
    common = [head for head in theirs if head in mine]
    assert common == [head for head in mine if head in theirs]
    assert {
        "## Model Details", "### Model Description", "### Model Sources",
        "### Full Model Architecture", "## Usage", "## Evaluation", "### Metrics",
        "## Training Details", "### Training Datasets", "### Evaluation Datasets",
        "### Training Hyperparameters", "### Training Logs", "### Training Time",
        "### Framework Versions", "## Citation", "### BibTeX",
    } <= set(common)  # fmt: skip


def test_the_client_of_the_hub_reads_the_card(tiny_bert, tmp_path):
    card = ModelCard(card_of(OURS, tiny_bert, tmp_path))
    assert isinstance(card.data, ModelCardData)
    assert [result.dataset_name for result in card.data.eval_results] == ["my dev", "my test"]
    assert card.data.library_name == "sentence-transformers"


def test_what_an_author_may_say_has_the_names_of_the_reference():
    ours, theirs = SentenceTransformerModelCardData(), (
        sentence_transformers.SentenceTransformerModelCardData()
    )  # fmt: skip
    for data in (ours, theirs):
        data.set_language("en")
        data.set_license("mit")
        data.add_tags(["one", "one", "dense"])
        data.set_model_id("team/model")
        data.set_best_model_step(7)
    for name in ("language", "license", "tags", "model_id", "best_model_step", "task_name"):
        assert getattr(ours, name) == getattr(theirs, name), name
