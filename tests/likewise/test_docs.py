"""The docs are true: their commands run, and no field, setting or exit status is left out."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from pydantic import BaseModel

from backend.datasets.facts import table_facts
from backend.ids import VersionId
from backend.recipes import schemas
from backend.recipes.diagnose import diagnose
from backend.recipes.schemas import Recipe
from backend.runs.states import JobStatus
from backend.settings import Settings
from likewise.cli.exits import Exit
from likewise.client import Client
from tests.tiny_model import write_tiny_bert
from worker.engine.model import SentenceTransformer

ROOT = Path(__file__).parents[2]
RECIPE, API, OPERATIONS, ENGINE = (
    (ROOT / "docs" / name).read_text()
    for name in ("recipe.md", "api.md", "operations.md", "engine.md")
)
README = (ROOT / "README.md").read_text()
PARTS = [
    kind
    for kind in vars(schemas).values()
    if isinstance(kind, type) and issubclass(kind, schemas.Strict)
]


TEXTS = [f"text {n}" for n in range(200)]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_field_of_a_recipe_is_explained(part: type[BaseModel]) -> None:
    names = [field.alias or name for name, field in part.model_fields.items()]
    explained = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`[^`\n]+`", RECIPE))))
    assert [name for name in names if name not in explained] == []


SHOWN = {
    "questions.csv": pa.table({"question": TEXTS, "answer": TEXTS[::-1]}),
    "scored.csv": pa.table(
        {"sentence1": TEXTS, "sentence2": TEXTS[::-1], "score": [n % 6 for n in range(200)]}
    ),
}


def test_the_recipe_that_is_shown_is_sound_with_each_of_its_parts() -> None:
    whole, *parts = map(yaml.safe_load, blocks(RECIPE, "yaml"))
    ids = {name: VersionId.new() for name in SHOWN}
    facts = {
        ids[name]: table_facts(table.schema, table.to_batches()) for name, table in SHOWN.items()
    }
    for part in ({}, *parts):
        recipe = whole | part
        uses = [use | {"version": ids[use["version"]]} for use in recipe["datasets"]]
        assert diagnose(Recipe.model_validate(recipe | {"datasets": uses}), facts) == []


def test_every_setting_is_explained() -> None:
    names = [f"LIKEWISE_{name.upper()}" for name in Settings.model_fields]
    assert [name for name in names if f"`{name}`" not in OPERATIONS] == []


def test_every_exit_status_is_explained() -> None:
    assert [
        f"| {status.value} |" for status in Exit if f"| {status.value} |" not in OPERATIONS
    ] == []


def test_the_shown_curl_commands_train(studio_url: str, client: Client, pairs: Path) -> None:
    pairs.rename(pairs.with_name("questions.csv"))
    answer = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks(API, "sh"))],
        cwd=pairs.parent,
        env={**os.environ, "LIKEWISE_URL": studio_url, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    clone, run = client.runs()
    assert (clone.status, run.status) == (JobStatus.QUEUED, JobStatus.CANCELLED)
    assert clone.recipe.arguments.learning_rate == 5e-5


def test_the_readme_names_the_commands_that_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text()
    verbs = re.findall(r"^make ([a-z-]+)", "\n".join(blocks(README, "sh")), re.MULTILINE)
    assert verbs == ["demo", "test"]
    assert all(f"\n{verb}: " in makefile for verb in verbs)


def test_every_page_that_is_linked_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_loss_that_is_shown_trains_plain_cached_and_wrapped(tmp_path: Path) -> None:
    model = SentenceTransformer(str(write_tiny_bert(tmp_path)), device="cpu")
    shown: dict[str, Any] = {"model": model}
    exec(blocks(ENGINE, "python")[0], shown)
    columns = [model.preprocess([text]) for text in ("a cat", "the dog")]
    plain, cached, wrapped = (
        shown[name](columns) for name in ("plain", "in_chunks", "in_many_sizes")
    )
    assert wrapped.requires_grad
    assert 0 < plain.item() < 2
    assert cached.item() == plain.item()
    assert wrapped.item() > plain.item()


def test_the_folders_that_are_shown_are_the_engine_s() -> None:
    engine = ROOT / "worker" / "engine"
    folders = {place.name for place in engine.iterdir() if (place / "__init__.py").is_file()}
    assert set(re.findall(r"`([a-z]+)/`", ENGINE)) == folders
