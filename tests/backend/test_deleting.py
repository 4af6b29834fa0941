"""What something came from can't be deleted under it; all else can, with its files."""

import os
import time

import pytest

from backend.accounts.people import THE_PERSON
from backend.ids import DatasetId, VersionId
from backend.models.tables import Model
from backend.preparing import deleting
from backend.runs.states import JobStatus
from backend.runs.tables import Job, Run
from tests.runs import trainings


@pytest.fixture
def version(api):
    return trainings.upload(api, trainings.pairs_csv())


def end_jobs(studio):
    """Let all work that waits be over: no worker runs here."""
    with studio.database.writing() as session:
        for job in session.query(Job):
            job.status = JobStatus.SUCCEEDED


def test_a_dataset_is_renamed_and_tagged(api, version):
    place = f"datasets/{version['dataset_id']}"
    changed = api.patch(place, json={"name": "Owls", "tags": ["birds"]}).json()
    assert (changed["name"], changed["tags"]) == ("Owls", ["birds"])
    assert api.get(place).json() == changed
    assert api.patch(place, json={"versions": []}).status_code == 422


def test_data_that_a_run_was_trained_on_stays(api, studio, version):
    run = trainings.start(api, trainings.recipe_for(api, version["id"]))
    end_jobs(studio)
    for place in (f"datasets/{version['dataset_id']}", f"dataset-versions/{version['id']}"):
        refused = api.delete(place)
        assert (refused.status_code, refused.json()["code"]) == (409, "trained_on")
        assert run["id"] in refused.json()["detail"]


def test_data_that_work_goes_on_with_stays(api, version):
    refused = api.delete(f"dataset-versions/{version['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")


def test_deleted_data_is_gone_at_once_and_its_file_a_day_later(api, studio, version, monkeypatch):
    end_jobs(studio)
    with studio.database.reading() as session:
        stored = session.get_one(deleting.DatasetVersion, VersionId(version["id"])).object_hash
    file = studio.storage.file(stored)
    assert api.delete(f"datasets/{version['dataset_id']}").status_code == 204
    assert api.get(f"dataset-versions/{version['id']}").status_code == 404
    assert api.get("datasets").json()["items"] == []
    deleting.sweep(studio)
    assert file.exists()
    monkeypatch.setattr(deleting, "KEPT_HOURS", -1)
    deleting.sweep(studio)
    assert not file.exists()


def test_rows_that_another_version_names_again_are_kept(api, studio, version, monkeypatch):
    end_jobs(studio)
    api.delete(f"datasets/{version['dataset_id']}")
    again = trainings.upload(api, trainings.pairs_csv())
    monkeypatch.setattr(deleting, "KEPT_HOURS", -1)
    deleting.sweep(studio)
    assert len(api.get(f"dataset-versions/{again['id']}/rows").json()["items"]) == 50


def test_an_object_that_was_put_again_lately_is_not_discarded(studio, tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"rows")
    digest = studio.storage.put_file(path)
    long_ago = time.time() - 10_000
    os.utime(studio.storage.file(digest), (long_ago, long_ago))
    studio.storage.put_file(path)
    assert not studio.storage.discard_file(digest, 3_600)
    assert studio.storage.file(digest).read_bytes() == b"rows"


@pytest.fixture
def model(api, studio, version, tmp_path):
    run = trainings.start(api, trainings.recipe_for(api, version["id"]))
    end_jobs(studio)
    (tmp_path / "model" / "sub").mkdir(parents=True)
    (tmp_path / "model" / "README.md").write_text("# card")
    (tmp_path / "model" / "sub" / "weights.bin").write_bytes(os.urandom(3_000_000))
    with studio.database.writing() as session:
        row = session.get_one(Run, run["id"])
        files = [{"name": "README.md", "size_bytes": 6}]
        made = Model(
            project_id=THE_PERSON.project_id,
            run_id=row.id,
            name="m",
            base_model="base",
            folder="models/made",
            size_bytes=1,
            files=files,
        )
        session.add(made)
        session.flush()
        row.model_id = made.id
    studio.storage.put_folder(tmp_path / "model", "models/made")
    return made


def test_a_model_comes_as_a_zip_of_its_folder(api, model, tmp_path):
    import io
    import zipfile

    answer = api.get(f"models/{model.id}/archive")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        weights = archive.read(f"{model.id}/sub/weights.bin")
    assert weights == (tmp_path / "model" / "sub" / "weights.bin").read_bytes()
    assert answer.headers["content-type"] == "application/zip"
    assert api.get(f"models/{model.id}/files").json() == [{"name": "README.md", "size_bytes": 6}]


def test_a_model_is_renamed_and_deleted_with_its_files(api, studio, model):
    changed = api.patch(f"models/{model.id}", json={"name": "owl", "tags": ["x"]}).json()
    assert (changed["name"], changed["tags"]) == ("owl", ["x"])
    refused = api.delete(f"runs/{model.run_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "has_a_model")
    assert api.delete(f"models/{model.id}").status_code == 204
    assert api.get(f"models/{model.id}").status_code == 404
    assert api.get("models").json()["items"] == []
    assert api.get(f"runs/{model.run_id}").json()["model_id"] is None
    with pytest.raises(FileNotFoundError):
        studio.storage.folder("models/made")
    assert api.delete(f"runs/{model.run_id}").json()["code"] == "was_judged"


def test_a_model_that_another_was_trained_from_stays(api, studio, model):
    with studio.database.writing() as session:
        child = Model(
            project_id=model.project_id,
            run_id=model.run_id,
            name="child",
            base_model=model.id,
            folder="",
            size_bytes=0,
            files=[],
        )
        session.add(child)
    refused = api.delete(f"models/{model.id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "has_models")


def test_a_recipe_is_kept_changed_trained_and_deleted(api, version):
    recipe = trainings.recipe_for(api, version["id"], max_steps=10)
    made = api.post("recipes", json={"name": "first", "recipe": recipe})
    assert made.status_code == 201
    place = made.headers["Location"].removeprefix("/api/v1/")
    run = api.post("runs", json={"recipe_id": made.json()["id"]})
    assert run.status_code == 202
    assert run.json()["recipe"] == recipe
    changed = api.put(
        place,
        json={"name": "second", "recipe": {}},
        headers={"If-Match": made.headers.get("ETag", "*")},
    )
    assert (changed.json()["name"], changed.json()["revision"]) == ("second", 2)
    assert [kept["id"] for kept in api.get("recipes").json()["items"]] == [made.json()["id"]]
    assert api.post("runs", json={"recipe_id": made.json()["id"]}).status_code == 422
    assert api.delete(place).status_code == 204
    assert api.get(place).status_code == 404
    assert api.get(f"datasets/{DatasetId.new()}").status_code == 404


def test_a_row_of_the_catalogue_is_told_by_its_name(api):
    assert api.get("losses/CoSENTLoss").json()["name"] == "CoSENTLoss"
    assert api.get("losses/NoLoss").json()["code"] == "not_found"
    evaluators = api.get("evaluators").json()
    assert api.get(f"evaluators/{evaluators[0]['name']}").json() == evaluators[0]
