"""`likewise train` on a machine where nothing runs: it brings its own studio, and takes it away."""

import json
from pathlib import Path

import pytest
import yaml

from likewise.cli.exits import Exit
from likewise.embedded import running
from tests.conftest import TINY
from tests.likewise.conftest import Cli


@pytest.mark.slow
def test_a_recipe_and_a_file_become_a_judged_model(
    likewise_process: Cli, pairs: Path, hub_cache: Path, tmp_path: Path
) -> None:
    recipe = {
        "base_model": TINY,
        "datasets": [{"version": pairs.name, "mapping": {"inputs": ["question", "answer"]}}],
        "loss": {"name": "MultipleNegativesRankingLoss"},
        "evaluators": [{"name": "InformationRetrievalEvaluator"}],
        "arguments": {"max_steps": 3, "eval_steps": 3},
    }
    path = pairs.with_name("recipe.yaml")
    path.write_text(yaml.safe_dump(recipe))

    answer = likewise_process(
        *("train", str(path), "--json"), HF_HOME=str(hub_cache), HF_HUB_OFFLINE="1"
    )

    assert answer.returncode == Exit.OK, answer.stdout + answer.stderr
    *events, end = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert end["run"]["status"] == "succeeded"
    assert end["model"]["verdict"]["queries"] == 24
    assert (Path(end["model"]["path"]) / "README.md").exists()
    assert running.read(tmp_path / "data") is None
