"""NanoBEIREvaluator, from a local folder in the layout that the Hub's datasets have."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sentence_transformers.sentence_transformer import evaluation as reference

from backend.catalog.statistics import metric_of
from tests.conformance.evaluation.texts import LEFT, ONE_BATCH, OTHER, RIGHT, assert_same
from worker.engine import evaluation
from worker.engine.evaluation.nano_beir_data import load
from worker.engine.similarity import dot_score

NAMES = ["msmarco", "NQ", "scifact"]
SPLITS = ["NanoMSMARCO", "NanoNQ", "NanoSciFact"]


@pytest.fixture(scope="module")
def benchmark_folder(tmp_path_factory) -> str:
    """Three sets of different sizes; the README is what lets `datasets` read the same folder."""
    folder = tmp_path_factory.mktemp("NanoBEIR")
    for number, split in enumerate(SPLITS):
        queries = {f"q{i}": text for i, text in enumerate(LEFT[: 20 - 5 * number])}
        corpus = {f"d{i}": text for i, text in enumerate([*RIGHT, *OTHER][number:]) if i != 3}
        pairs = [(f"q{i}", f"d{(7 * i + number) % 90}") for i in range(20)] + [("q1", "d8")]
        write(folder, "queries", split, {"_id": [*queries], "text": [*queries.values()]})
        write(folder, "corpus", split, {"_id": [*corpus, "e"], "text": [*corpus.values(), ""]})
        one, other = (list(column) for column in zip(*pairs, strict=True))
        write(folder, "qrels", split, {"query-id": one, "corpus-id": other})
    (folder / "README.md").write_text(readme())
    return str(folder)


def write(folder: Path, part: str, split: str, columns: dict) -> None:
    (folder / part).mkdir(exist_ok=True)
    pq.write_table(pa.table(columns), folder / part / f"{split}-00000-of-00001.parquet")


def readme() -> str:
    lines = ["---", "configs:"]
    for part in ("corpus", "queries", "qrels"):
        lines += [f"- config_name: {part}", "  data_files:"]
        for split in SPLITS:
            lines += [f"  - split: {split}", f"    path: {part}/{split}-*.parquet"]
    return "\n".join([*lines, "---", ""])


def nano(module, folder, **options):
    options = {"dataset_names": NAMES, "batch_size": ONE_BATCH} | options
    return module.NanoBEIREvaluator(dataset_id=folder, **options)


OPTIONS = [
    {},
    {"dataset_names": ["scifact"]},
    {"truncate_dim": 6, "aggregate_fn": np.max, "aggregate_key": "max"},
    {"query_prompts": "who is ", "corpus_prompts": {name: f"{name}: " for name in NAMES}},
    {"ndcg_at_k": [3, 5], "map_at_k": [7], "mrr_at_k": [2], "accuracy_at_k": [1]},
    {"score_functions": {"dot": dot_score, "mine": lambda a, b: a @ b.T - 1}},
    {"score_functions": {"dot": dot_score}, "main_score_function": "dot", "write_csv": False},
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: ",".join(options))
def test_nano_beir_equals_the_reference(
    options, benchmark_folder, ours, theirs, tmp_path, monkeypatch
):
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    mine, their = (nano(module, benchmark_folder, **options) for module in (evaluation, reference))
    assert_same(mine, their, ours, theirs, tmp_path)


def test_the_queries_of_all_sets_give_the_mean_over_sets(benchmark_folder, ours):
    outcome = nano(evaluation, benchmark_folder).measure(ours)
    assert metric_of(outcome.statistic, outcome.items) == pytest.approx(outcome.primary)
    assert len(outcome.item_keys) == len(set(outcome.item_keys)) == len(outcome.items)
    assert outcome.item_keys[0] == "NanoMSMARCO q0"
    with pytest.raises(ValueError, match=r"aggregate_fn is np\.mean"):
        nano(evaluation, benchmark_folder, aggregate_fn=np.max).measure(ours)


def test_a_single_set_tells_the_card_once(benchmark_folder, ours):
    for names, told in ((["nq"], 1), (["nq", "msmarco"], 2 + 1)):
        ours.model_card_data.evaluations.clear()
        nano(evaluation, benchmark_folder, dataset_names=names)(ours)
        assert len(ours.model_card_data.evaluations) == told


def test_what_is_wrong_with_names_prompts_or_data_is_told(benchmark_folder, tmp_path):
    for options, words in (
        ({"dataset_names": []}, "leave it out"),
        ({"dataset_names": ["cats"]}, "no set 'cats'"),
        ({"query_prompts": {"msmarco": "q: "}}, "no prompt for NQ, scifact"),
    ):
        with pytest.raises(ValueError, match=words):
            nano(evaluation, benchmark_folder, **options)
    with pytest.raises(ValueError, match="Found no 'qrels' of NanoFEVER"):
        nano(evaluation, benchmark_folder, dataset_names=["fever"])
    write(tmp_path, "qrels", "NanoNQ", {"query": ["q1"]})
    with pytest.raises(ValueError, match="lacks the column 'query-id'"):
        nano(evaluation, str(tmp_path), dataset_names=["nq"])


def test_the_answers_of_a_query_may_come_in_one_row_or_in_several(tmp_path):
    write(tmp_path, "queries", "NanoNQ", {"_id": ["q", "r"], "text": ["cat", "dog"]})
    write(tmp_path, "corpus", "NanoNQ", {"_id": ["a", "b"], "text": ["sat", ""]})
    relevant = {"query-id": ["q", "q", "r"], "corpus-id": [["a"], ["b"], ["a", "b"]]}
    write(tmp_path, "qrels", "NanoNQ", relevant)
    found = load(str(tmp_path), "NanoNQ")
    assert found.relevant_docs == {"q": {"a", "b"}, "r": {"a", "b"}}
    assert found.corpus == {"a": "sat"}


def test_a_dataset_of_the_hub_is_read_by_its_parts_and_splits(benchmark_folder, monkeypatch):
    asked = []

    def load_dataset(name, part, split):
        asked.append((name, part, split))
        from datasets import Dataset

        return Dataset.from_parquet(f"{benchmark_folder}/{part}/{split}-00000-of-00001.parquet")

    monkeypatch.setattr("worker.engine.evaluation.nano_beir_data.load_dataset", load_dataset)
    assert load("someone/nano", "NanoNQ") == load(benchmark_folder, "NanoNQ")
    assert asked == [("someone/nano", part, "NanoNQ") for part in ("qrels", "queries", "corpus")]


def test_a_dataset_that_can_t_be_loaded_is_named(monkeypatch):
    def load_dataset(*_args, **_options):
        raise ConnectionError("no route")

    monkeypatch.setattr("worker.engine.evaluation.nano_beir_data.load_dataset", load_dataset)
    with pytest.raises(ValueError, match="'qrels' of NanoNQ in 'someone/nano': no route"):
        load("someone/nano", "NanoNQ")
