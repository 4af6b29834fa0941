"""The command: what it prints, and the exit status that a script sees."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from backend.studio import Studio
from likewise.cli.app import app
from likewise.cli.exits import Exit
from likewise.client import ApiError, Client
from tests.likewise.conftest import Cli
from tests.models import a_model
from tests.processes import free_port
from tests.sizes import measure

WRONG = """
datasets:
  - version: pairs.csv
    mapping: {inputs: [question, answer]}
loss: {name: TripletLoss}
evaluators: []
"""


@pytest.fixture
def studio_of(studio_url: str) -> dict[str, str]:
    return {"LIKEWISE_URL": studio_url}


@pytest.fixture
def wrong_recipe(pairs: Path) -> Path:
    path = pairs.with_name("wrong.yaml")
    path.write_text(WRONG)
    return path


def test_help_loads_neither_torch_nor_server_nor_client() -> None:
    code = (
        "import sys, likewise.cli.app\n"
        "heavy = {'torch', 'transformers', 'fastapi', 'sqlalchemy', 'httpx2', 'celery', 'pyarrow'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command",
    [
        *("demo", "start", "serve", "worker", "doctor", "healthcheck", "train", "losses"),
        *("runs ls", "runs show", "runs logs", "runs metrics", "runs checkpoints"),
        *("runs compare", "runs script", "experiments start", "experiments ls"),
        *("experiments show", "experiments cancel"),
        *("runs edit", "runs rm", "runs cancel", "runs pause", "runs retry", "runs clone"),
        *("models ls", "models show", "models similarity", "models download", "models rm"),
        "models publish",
        *("models sizes", "models shrink", "models prove", "models examples"),
        *("models guard", "models blend", "runs seeds"),
        *("models look", "models search"),
        *("datasets ls", "datasets upload", "datasets import", "datasets show", "datasets fits"),
        *("datasets rm", "recipes validate", "recipes estimate", "recipes schema"),
        *("recipes keep", "recipes ls"),
        *("workers ls", "jobs ls", "jobs cancel", "embed", "mcp"),
    ],
)
def test_every_command_explains_itself(command: str) -> None:
    answer = CliRunner().invoke(app, [*command.split(), "--help"])
    assert answer.exit_code == Exit.OK
    assert "Usage" in answer.output


def test_a_wrong_option_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["runs", "ls", "--nonsense"]).exit_code == Exit.USAGE


def test_losses_are_told_without_a_studio(likewise: Cli) -> None:
    answer = likewise("losses", "--json")
    assert answer.returncode == Exit.OK
    assert "CoSENTLoss" in [row["name"] for row in json.loads(answer.stdout)]


def test_a_loss_is_told_with_its_settings(likewise: Cli) -> None:
    told = likewise("losses", "GISTEmbedLoss").stdout
    assert "guide: a model" in told
    assert "temperature: " in told
    assert likewise("losses", "NoLoss").returncode == Exit.USAGE


def test_a_recipe_file_may_leave_out_the_mapping_of_each_dataset(
    likewise: Cli, studio_of: dict[str, str], pairs: Path
) -> None:
    rows = [{"text": f"animal {n} ran", "label": f"kind {n % 3}"} for n in range(60)]
    pairs.with_name("sorted.json").write_text(json.dumps(rows))
    recipe = pairs.with_name("recipe.yaml")
    recipe.write_text("datasets: [{version: pairs.csv}, {version: sorted.json}]")
    validated = likewise("recipes", "validate", str(recipe), **studio_of)
    assert validated.returncode == Exit.OK, validated.stderr
    assert "recommended for it: BatchHardSoftMarginTripletLoss" in validated.stderr


def test_without_a_studio_it_says_how_to_start_one(likewise: Cli) -> None:
    answer = likewise("runs", "ls")
    assert answer.returncode == Exit.UNREACHABLE
    assert "likewise start" in answer.stderr
    assert answer.stdout == ""


def test_a_studio_that_does_not_answer_is_named(likewise: Cli) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    answer = likewise("runs", "ls", "--json", LIKEWISE_URL=url)
    assert answer.returncode == Exit.UNREACHABLE
    assert url in json.loads(answer.stdout)["title"]


def test_a_setting_out_of_its_range_is_named(likewise: Cli) -> None:
    answer = likewise("doctor", LIKEWISE_BEAT_SECONDS="-1")
    assert answer.returncode == Exit.USAGE
    assert "LIKEWISE_BEAT_SECONDS" in answer.stderr


def test_a_missing_recipe_is_not_found(likewise: Cli) -> None:
    answer = likewise("train", "nowhere.yaml")
    assert answer.returncode == Exit.NOT_FOUND
    assert "nowhere.yaml" in answer.stderr


def test_data_is_uploaded_listed_and_shown(
    likewise: Cli, studio_of: dict[str, str], pairs: Path
) -> None:
    uploaded = json.loads(likewise("datasets", "upload", str(pairs), "--json", **studio_of).stdout)
    listed = json.loads(likewise("datasets", "ls", "--json", **studio_of).stdout)
    assert uploaded["rows"] == 120
    assert listed[0]["versions"][0]["id"] == uploaded["id"]
    assert uploaded["id"] in likewise("datasets", "ls", **studio_of).stdout
    assert "question" in likewise("datasets", "show", uploaded["id"], **studio_of).stdout
    assert (
        "CosineSimilarityLoss" in likewise("datasets", "fits", uploaded["id"], **studio_of).stdout
    )


def test_a_refused_recipe_says_what_the_api_says_and_offers_its_fixes(
    likewise: Cli, studio_of: dict[str, str], wrong_recipe: Path, client: Client
) -> None:
    answer = likewise("train", str(wrong_recipe), "--no-follow", **studio_of)
    assert answer.returncode == Exit.REFUSED
    assert "/loss/name: TripletLoss" in answer.stderr
    assert "fix 1: " in answer.stderr
    assert client.runs() == []

    validated = likewise("recipes", "validate", str(wrong_recipe), "--json", **studio_of)
    assert validated.returncode == Exit.REFUSED
    messages = [problem["message"] for problem in json.loads(validated.stdout)["errors"]]
    assert all(message in answer.stderr for message in messages)


@pytest.mark.parametrize("option", [["--fix", "1"], ["--apply-fixes"]])
def test_an_applied_fix_trains(
    likewise: Cli,
    studio_of: dict[str, str],
    wrong_recipe: Path,
    client: Client,
    option: list[str],
) -> None:
    answer = likewise("train", str(wrong_recipe), "--no-follow", "--json", *option, **studio_of)
    assert answer.returncode == Exit.OK, answer.stdout
    assert [run.id for run in client.runs()] == [json.loads(answer.stdout)["id"]]


def test_a_fix_that_was_not_offered_is_a_usage_error(
    likewise: Cli, studio_of: dict[str, str], wrong_recipe: Path
) -> None:
    answer = likewise("train", str(wrong_recipe), "--fix", "99", "--no-follow", **studio_of)
    assert answer.returncode == Exit.USAGE


def test_a_recipe_that_names_only_its_data_trains_as_recommended(
    likewise: Cli, studio_of: dict[str, str], pairs: Path, client: Client
) -> None:
    recipe = pairs.with_name("short.yaml")
    recipe.write_text("datasets: [{version: pairs.csv}]")
    answer = likewise("train", str(recipe), "--no-follow", **studio_of)
    assert answer.returncode == Exit.OK, answer.stderr
    version = client.datasets()[0].versions[0].id
    recommended = client.recommend(version)
    assert client.runs()[0].recipe == recommended


def test_data_that_is_nowhere_is_refused_at_its_place(
    likewise: Cli, studio_of: dict[str, str], pairs: Path
) -> None:
    recipe = pairs.with_name("nowhere.yaml")
    recipe.write_text("datasets: [{version: elsewhere.csv}]")
    answer = likewise("train", str(recipe), "--json", **studio_of)
    assert answer.returncode == Exit.REFUSED
    assert json.loads(answer.stdout)["errors"][0]["pointer"] == "/datasets/0/version"


def test_a_run_is_listed_shown_followed_and_cancelled(
    likewise: Cli, studio_of: dict[str, str], client: Client, pairs: Path
) -> None:
    run = client.start(client.recommend(client.upload(pairs).id), "by hand")
    assert "by hand" in likewise("runs", "ls", **studio_of).stdout
    assert (
        json.loads(likewise("runs", "show", run.id, "--json", **studio_of).stdout)["id"] == run.id
    )
    assert likewise("runs", "cancel", run.id, **studio_of).returncode == Exit.OK

    followed = likewise("runs", "logs", "-f", run.id, "--json", **studio_of)
    assert followed.returncode == Exit.CANCELLED
    *events, end = [json.loads(line) for line in followed.stdout.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert end["run"]["status"] == "cancelled"


def test_a_run_that_is_not_there_is_not_found(likewise: Cli, studio_of: dict[str, str]) -> None:
    missing = likewise("runs", "show", "run_00000000000000000000000001", **studio_of)
    assert missing.returncode == Exit.NOT_FOUND


def test_the_doctor_finds_what_is_here(likewise: Cli) -> None:
    answer = likewise("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(answer.stdout)}
    assert checks["python"]["is_ok"]
    assert checks["torch"]["is_ok"]
    assert {"database", "broker", "data folder", "pages", "sqlite"} <= set(checks)
    assert answer.returncode == int(
        any(check["is_needed"] and not check["is_ok"] for check in checks.values())
    )


def test_the_doctor_says_what_to_do_about_a_broker_that_is_away(likewise: Cli) -> None:
    answer = likewise("doctor", LIKEWISE_BROKER_URL=f"redis://127.0.0.1:{free_port()}")
    assert answer.returncode == Exit.FAILED
    assert "LIKEWISE_BROKER_URL doesn't answer" in answer.stdout
    assert "→ Check the address" in answer.stdout


def test_a_run_is_edited_found_read_and_deleted(
    likewise: Cli, studio_of: dict[str, str], client: Client, pairs: Path
) -> None:
    def json_of(*command: str) -> Any:
        answer = likewise(*command, "--json", **studio_of)
        assert answer.returncode == Exit.OK, answer.stdout + answer.stderr
        return json.loads(answer.stdout)

    run = client.start(client.recommend(client.upload(pairs).id), "first")
    edited = json_of("runs", "edit", run.id, "--name", "Owls", "--tag", "night")
    assert (edited["name"], edited["tags"]) == ("Owls", ["night"])
    assert [each["id"] for each in json_of("runs", "ls", "--tag", "night", "--q", "owl")] == [
        run.id
    ]
    assert json_of("runs", "ls", "--status", "failed,running") == []
    assert json_of("jobs", "ls", "--kind", "train")[0]["id"] == run.job_id
    assert json_of("runs", "logs", run.id, "--tail", "1")["items"][0]["message"] == "queued"
    assert json_of("runs", "metrics", run.id)["items"] == []
    assert json_of("runs", "checkpoints", run.id) == []
    assert json_of("workers", "ls") == []
    refused = likewise("runs", "rm", run.id, **studio_of)
    assert (refused.returncode, "Stop it first" in refused.stderr) == (Exit.REFUSED, True)
    json_of("runs", "cancel", run.id)
    assert json_of("runs", "rm", run.id) == {"deleted": run.id}
    assert client.runs() == []


def test_a_recipe_is_kept_shown_and_deleted(
    likewise: Cli, studio_of: dict[str, str], client: Client, pairs: Path
) -> None:
    recipe = pairs.with_name("short.yaml")
    recipe.write_text("datasets: [{version: pairs.csv}]")
    kept = likewise("recipes", "keep", str(recipe), **studio_of).stdout.strip()
    assert "evaluators:" in likewise("recipes", "show", kept, **studio_of).stdout
    found = client.kept_recipe(kept)
    changed = client.replace_recipe(found, {}, "empty")
    assert (changed.name, changed.revision, changed.recipe) == ("empty", 2, {})
    with pytest.raises(ApiError) as caught:
        client.replace_recipe(found, {})
    assert caught.value.status == 412
    assert likewise("recipes", "rm", kept, **studio_of).returncode == Exit.OK
    assert client.kept_recipes() == []


def test_the_commands_on_a_studio_know_no_service_of_it() -> None:
    code = (
        "import sys\n"
        "from likewise.cli import datasets, embed, jobs, models, recipes, runs, workers\n"
        "from likewise.client import Client\n"
        "print(sorted(name for name in sys.modules if name.startswith('backend.')"
        " and name.endswith(('.service', '.api', '.pages', '.app'))))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_sizes_are_listed_and_one_is_taken(
    likewise: Cli, studio: Studio, studio_of, tmp_path
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "README.md").write_text("a model")
    model = a_model(studio, folder)
    measure(studio, model.id)
    listed = likewise("models", "sizes", model.id, **studio_of)
    assert listed.returncode == Exit.OK, listed.stderr
    lines = listed.stdout.splitlines()
    assert sum("sound ← smallest" in line for line in lines) == 1
    assert lines[-1].startswith("The smallest that is not measurably worse: ")
    chosen = json.loads(likewise("models", "sizes", model.id, "--json", **studio_of).stdout)
    size = next(each for each in chosen["sizes"] if each["is_chosen"])
    asked = [f"--{name}={size[name]}" for name in ("dimensions", "precision", "layers")]
    taken = likewise("models", "shrink", model.id, *asked, "--json", **studio_of)
    assert json.loads(taken.stdout)["kind"] == "shrink"
    other = likewise("models", "shrink", model.id, "--dimensions=17", **studio_of)
    assert other.returncode != Exit.OK
    assert "wasn't tried" in other.stderr
