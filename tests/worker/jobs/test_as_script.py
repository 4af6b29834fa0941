"""A run's script, run by the library as its own process, follows the curve of the studio's training."""

import ast
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from backend.catalog.losses import LOSSES
from backend.datasets import part_files
from backend.recipes.as_script.script import FILE_NAME, script
from backend.recipes.schemas import Recipe
from tests.conftest import TINY
from tests.quick import slow_but
from tests.tiny_model import write_tiny_bert
from tests.worker.jobs.attempts import (
    SCORED,
    TEXTS,
    TRIPLETS,
    placed,
    recipe_for,
    table_for,
    told,
    train,
)
from tests.worker.jobs.test_train import several
from worker.exits import Exit
from worker.jobs.train_order import TrainOrder
from worker.jobs.training_data import read_parts

STEPS = 6
PAIRS = {"question": TEXTS[0], "answer": TEXTS[1]}
CLASSED = {"text": TEXTS[0], "label": [("yes", "no", "perhaps")[n % 3] for n in range(80)]}
LEARNING = {"max_steps": STEPS, "logging_steps": 1, "learning_rate": 1e-3, "eval_steps": 2}

BY_CHANCE = {
    "AdaptiveLayerLoss": "draws layers",
    "Matryoshka2dLoss": "draws layers and lengths",
    "DenoisingAutoEncoderLoss": "begins with a decoder of random weights",
}
"""What the script says that the library draws otherwise."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A cache of the Hub with the tiny model, without dropout: chance has no part in a step."""
    home = tmp_path_factory.mktemp("hub")
    repo, commit = home / "hub" / f"models--{TINY.replace('/', '--')}", "0" * 40
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text(commit)
    write_tiny_bert(repo / "snapshots" / commit)
    return home


def changed(recipe: Recipe, **changes) -> Recipe:
    return Recipe.model_validate({**recipe.model_dump(mode="json"), **changes})


def both_curves(tmp_path, hub, recipe, *tables):
    """The loss of each step, by the studio and by the script."""
    tiny = next((hub / "hub").glob("models--*/snapshots/*"))
    folder = placed(tmp_path, tiny, recipe, *tables)
    assert train(folder) is Exit.DONE, folder.problem()
    ours = {data["step"]: data["loss"] for data in told(folder, "metrics") if "loss" in data}
    return ours, curve_of_script(tmp_path, hub, TrainOrder.model_validate(folder.job()))


def curve_of_script(tmp_path, hub, order):
    place = tmp_path / "script"
    place.mkdir()
    text = script(order.recipe, [table.facts for table in order.tables], 'A "run" of \\ """mine"""')
    ast.parse(text)
    (place / FILE_NAME).write_text(text)
    part_files.write(read_parts(order), order.recipe, place)
    done = subprocess.run(
        [sys.executable, FILE_NAME],
        cwd=place,
        env={**os.environ, "HF_HOME": str(hub), "HF_HUB_OFFLINE": "1", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    history = json.loads((place / "checkpoints" / "trainer_state.json").read_text())["log_history"]
    return {line["step"]: line["loss"] for line in history if "loss" in line}


def mixed() -> tuple[Recipe, list]:
    recipe, tables = several(**LEARNING)
    plain = recipe.model_dump(mode="json")
    plain["datasets"][1]["evaluators"] = [{"name": "EmbeddingSimilarityEvaluator"}]
    plain["datasets"][1]["held_out"] = {"choose_rows": 8, "prove_rows": 20}
    return Recipe.model_validate(plain), tables


def of(name, columns) -> tuple[Recipe, list]:
    recipe, _ = recipe_for(name, columns, **LEARNING)
    return recipe, [columns]


def guided() -> tuple[Recipe, list]:
    recipe, tables = of("GISTEmbedLoss", PAIRS)
    return changed(recipe, loss={"name": "GISTEmbedLoss", "parameters": {"guide": TINY}}), tables


def prompted() -> tuple[Recipe, list]:
    recipe, tables = of("MultipleNegativesRankingLoss", PAIRS)
    plain = recipe.model_dump(mode="json")
    plain["datasets"][0]["prompts"] = {"question": "who is ", "answer": 'the "'}
    return Recipe.model_validate(plain), tables


CASES = {
    "pairs": lambda: of("MultipleNegativesRankingLoss", PAIRS),
    "scores": lambda: of("CoSENTLoss", SCORED),
    "triplets": lambda: of("TripletLoss", TRIPLETS),
    "classes, measured by what the library lacks": lambda: of("BatchAllTripletLoss", CLASSED),
    "wrapped": lambda: of("MatryoshkaLoss", table_for("MatryoshkaLoss")),
    "a guide": guided,
    "with prompts": prompted,
    "several datasets": mixed,
}


@pytest.mark.parametrize("case", slow_but(CASES, "pairs"))
def test_the_script_of_a_run_gives_the_same_loss_curve(case, tmp_path, hub):
    recipe, tables = CASES[case]()
    ours, theirs = both_curves(tmp_path, hub, recipe, *tables)
    assert sorted(ours) == list(range(1, STEPS + 1))
    assert theirs.keys() == ours.keys()
    assert theirs == pytest.approx(ours, abs=1e-4)
    assert len(set(ours.values())) > 1


@pytest.mark.slow
def test_the_script_of_an_adapter_gives_the_same_curve_and_the_same_plain_model(tmp_path, hub):
    recipe, tables = of("MultipleNegativesRankingLoss", PAIRS)
    ours, theirs = both_curves(tmp_path, hub, changed(recipe, lora={"rank": 4}), *tables)
    assert theirs == pytest.approx(ours, abs=1e-4)
    assert sorted(ours) == list(range(1, STEPS + 1))
    saved = [tmp_path / "attempt-1" / "result" / "model", tmp_path / "script" / "model"]
    assert not [path for place in saved for path in place.rglob("*adapter*")]
    mine, scripts = (SentenceTransformer(str(place), device="cpu") for place in saved)
    np.testing.assert_allclose(mine.encode(TEXTS[2]), scripts.encode(TEXTS[2]), rtol=0, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("loss", [name for name in LOSSES if name not in BY_CHANCE])
def test_the_script_of_every_loss_gives_the_same_curve(loss, tmp_path, hub):
    recipe, tables = of(loss, table_for(loss))
    plain = recipe.model_dump(mode="json")
    plain["loss"]["parameters"] |= dict.fromkeys(LOSSES[loss].models, TINY)
    ours, theirs = both_curves(tmp_path, hub, Recipe.model_validate(plain), *tables)
    assert theirs == pytest.approx(ours, rel=1e-4, abs=1e-4)
