"""The example programs do the same with the reference library, once its name is put in."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sentence_transformers

import likewise
from tests.tiny_model import write_tiny_bert

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TEXTS = ["the small dog sat near the road", "where is the happy bird", "a fox"]
OFFLINE = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("tiny") / "bert")


def run_with_both(example: str, tiny_model: Path, folder: Path) -> dict[str, dict]:
    """What `example` prints with each library, run side by side; models are in `folder`."""
    text = (EXAMPLES / f"{example}.py").read_text(encoding="utf-8")
    started = {}
    for library in ("likewise", "sentence_transformers"):
        place = folder / library
        place.mkdir()
        program = place / "program.py"
        program.write_text(re.sub(r"\blikewise\b", library, text), encoding="utf-8")
        started[library] = subprocess.Popen(
            [sys.executable, program, "--model", tiny_model, "--output", "model"],
            cwd=place,
            env=os.environ | OFFLINE | {"PYTHONPATH": str(EXAMPLES.parents[1])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    printed = {}
    for library, process in started.items():
        out, err = process.communicate()
        assert process.returncode == 0, err
        printed[library] = json.loads(out.splitlines()[-1])
    return printed


def flat(value, name="") -> dict[str, float]:
    """Every number in nested lists and dictionaries, by where it stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return {
        key: number
        for part, inner in items
        for key, number in (
            flat(inner, f"{name}/{part}")
            if isinstance(inner, (dict, list))
            else {f"{name}/{part}": inner}
        ).items()
    }


def assert_saved_models_agree(folder: Path, saved: str) -> None:
    """Each library opens the other's model, and sees the same vectors in both."""
    vectors = [
        library.SentenceTransformer(str(folder / writer / "model" / saved), device="cpu").encode(
            TEXTS
        )
        for writer in ("likewise", "sentence_transformers")
        for library in (likewise, sentence_transformers)
    ]
    assert all(np.allclose(vectors[0], other, atol=1e-4) for other in vectors[1:])


CASES = {
    "train_with_evaluator": ["final"],
    "train_on_five_datasets": ["final"],
    "train_as_before_v3": ["fit", "old_fit"],
}


@pytest.mark.timeout(300)
@pytest.mark.slow
@pytest.mark.parametrize(
    "example", ["train_with_evaluator", "train_on_five_datasets", "train_as_before_v3"]
)
def test_an_example_prints_and_saves_the_same_with_both_libraries(example, tiny_model, tmp_path):
    printed = run_with_both(example, tiny_model, tmp_path)
    ours, theirs = (flat(numbers) for numbers in printed.values())
    assert ours == pytest.approx(theirs, abs=1e-4)
    assert ours
    for saved in CASES[example]:
        assert_saved_models_agree(tmp_path, saved)


def test_every_example_is_run():
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == sorted(CASES)


@pytest.mark.slow
def test_the_card_of_the_first_example_tells_how_it_was_trained(tiny_model, tmp_path):
    command = [sys.executable, EXAMPLES / "train_with_evaluator.py", "--rows", "64"]
    subprocess.run(
        [*command, "--model", tiny_model, "--output", tmp_path],
        check=True,
        capture_output=True,
        env=os.environ | OFFLINE | {"PYTHONPATH": str(EXAMPLES.parents[1])},
    )
    card = (tmp_path / "final" / "README.md").read_text(encoding="utf-8")
    for told in (
        "Answers about animals",
        "apache-2.0",
        "MultipleNegativesRankingLoss",
        "NO_DUPLICATES",
    ):
        assert told.lower() in card.lower()
