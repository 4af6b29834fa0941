"""The client against the real server, over HTTP."""

import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from backend.runs.states import JobStatus
from likewise.client import ApiError, Client, Unreachable, apply_fix
from likewise.client.recipes import plain
from tests.processes import free_port


def test_the_same_file_twice_is_one_version(client: Client, pairs: Path) -> None:
    first, second = client.upload(pairs), client.upload(pairs)
    assert first.id == second.id
    assert first.rows == 120
    assert [version.id for data in client.datasets() for version in data.versions] == [first.id]


def test_a_recommended_recipe_is_sound_and_starts(client: Client, pairs: Path) -> None:
    recipe = client.recommend(client.upload(pairs).id)
    assert client.validate(recipe) == ()
    run = client.start(recipe, "first")
    assert (run.name, run.status) == ("first", JobStatus.QUEUED)
    assert [found.id for found in client.runs()] == [run.id]
    assert client.runs(status=JobStatus.FAILED) == []


def test_a_wrong_loss_is_refused_with_a_fix_that_makes_it_sound(
    client: Client, pairs: Path
) -> None:
    mapping = {"inputs": ["question", "answer"]}
    recipe = plain(client.recommend(client.upload(pairs).id, mapping))
    recipe["loss"] = {"name": "TripletLoss"}

    with pytest.raises(ApiError) as caught:
        client.start(recipe)

    assert caught.value.status == 422
    assert caught.value.problems == client.validate(recipe)
    assert client.validate(apply_fix(recipe, caught.value.fixes[0])) == ()


def test_an_unreadable_file_is_refused_at_its_place(client: Client, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"a": ')
    with pytest.raises(ApiError) as caught:
        client.upload(broken)
    assert caught.value.status == 422
    assert client.datasets() == []


def test_a_cancelled_run_ends_and_its_events_say_so(client: Client, pairs: Path) -> None:
    run = client.start(client.recommend(client.upload(pairs).id))
    client.cancel(run.id)
    assert client.wait(run.id).status is JobStatus.CANCELLED

    followed = list(client.follow(run.id))
    page = client.events(run.id)
    assert followed == page.items
    assert [event.seq for event in followed] == list(range(1, page.last_seq + 1))
    assert followed[-1].data["status"] == "cancelled"


def test_longer_lists_come_whole_over_their_pages(client: Client, pairs: Path) -> None:
    recipe = client.recommend(client.upload(pairs).id)
    started = [client.start(recipe, f"run {n}").id for n in range(5)]
    assert [run.id for run in client.runs(limit=5)] == started[::-1]
    assert [run.id for run in client.runs(limit=2)] == started[:2:-1]


def test_what_the_recommendation_is_told_stays(client: Client, pairs: Path) -> None:
    mapping = {"inputs": ["answer", "question"], "label": "grade"}
    recipe = client.recommend(client.upload(pairs).id, mapping, "CosineSimilarityLoss")
    assert recipe.datasets[0].mapping.inputs == ["answer", "question"]
    assert recipe.loss.name == "CosineSimilarityLoss"


def test_a_recipe_is_recommended_towards_a_goal(client: Client, pairs: Path) -> None:
    version = client.upload(pairs).id
    recipe = client.recommend(version, {"inputs": ["question", "answer"]}, goal="languages")
    [goal] = [goal for goal in client.goals() if goal.name == "languages"]
    assert recipe.base_model == goal.base_model
    assert recipe.evaluators[0].name in goal.evaluators
    with pytest.raises(ApiError, match="two columns of texts and one of scores"):
        client.recommend(version, {"inputs": ["question", "answer"]}, goal="alike")
    with pytest.raises(ApiError, match="goal"):
        client.recommend(version, goal="world peace")
    assert [preset.name for preset in client.presets()] == ["quick", "balanced", "thorough"]


def test_what_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(ApiError, match="No such run") as caught:
        client.run("run_00000000000000000000000001")
    assert caught.value.status == 404


def test_the_catalogue_comes_typed(client: Client) -> None:
    assert "CoSENTLoss" in [loss.name for loss in client.losses()]
    assert client.evaluators()
    assert client.base_models()


def test_nobody_there_is_said_with_the_address() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with Client(url) as client, pytest.raises(Unreachable, match=url):
        client.runs()


def test_a_run_is_taken_away_as_a_script_with_its_rows(
    client: Client, pairs: Path, tmp_path: Path
) -> None:
    run = client.start(client.recommend(client.upload(pairs).id), "first")
    compile(client.script(run.id), "train.py", "exec")
    with zipfile.ZipFile(client.download_script(run.id, tmp_path)) as bundle:
        bundle.extractall(tmp_path)
    names = {path.name for path in (tmp_path / run.id).iterdir()}
    parts = ("train", "choose", "prove")
    assert names == {"train.py", "documents.parquet", *(f"{part}.parquet" for part in parts)}
    rows = [pq.read_table(tmp_path / run.id / f"{part}.parquet") for part in parts]
    questions = [set(part["question"].to_pylist()) for part in rows]
    assert sum(len(part) for part in questions) == len(set.union(*questions))
    assert sum(len(part) for part in rows) == 119, "one has the grade 0: it answers nothing"


def test_settings_are_tried_and_stopped(client: Client, pairs: Path) -> None:
    recipe = client.recommend(client.upload(pairs).id)
    space = [{"path": "arguments.num_train_epochs", "choices": [1, 2]}]
    begun = client.start_experiment(recipe, space, trials=2)
    assert [each.id for each in client.experiments()] == [begun.id]
    assert client.cancel_experiment(begun.id).status == "cancelled"
    assert client.experiment(begun.id).chosen_model_id is None
