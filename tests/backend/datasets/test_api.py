"""Datasets over REST, on a real server."""

import json
import threading

import httpx2
import jsonpatch
import pytest
from sqlalchemy import func, select

from backend.accounts.people import THE_PERSON, on_behalf_of
from backend.datasets import service
from backend.datasets.tables import DatasetVersion
from backend.ids import ProjectId
from backend.preparing import imports
from backend.problems import NotFound, TooLarge
from backend.settings import Settings
from backend.studio import Studio
from tests.backend.datasets import tables

PAIRS = {
    "sentence1": [f"A plane takes off, number {i}." for i in range(60)],
    "sentence2": [f"Aircraft {i} leaves the ground." for i in range(60)],
    "score": [i % 6 for i in range(60)],
}


def upload(api: httpx2.Client, content: bytes, name: str = "pairs.csv", to: str = "datasets"):
    return api.post(to, files={"file": (name, content)})


def test_an_upload_is_a_version_whose_columns_and_rows_are_shown(api):
    answer = upload(api, tables.as_csv(PAIRS))
    assert answer.status_code == 201
    version = answer.json()
    assert answer.headers["location"] == f"/api/v1/dataset-versions/{version['id']}"
    assert api.get(f"dataset-versions/{version['id']}").json() == version
    assert [(c["name"], c["type"]) for c in version["columns"]] == [
        ("sentence1", "text"),
        ("sentence2", "text"),
        ("score", "integer"),
    ]
    dataset = api.get(f"datasets/{version['dataset_id']}").json()
    assert (dataset["name"], dataset["versions"]) == ("pairs", [version])
    rows = api.get(f"dataset-versions/{version['id']}/rows", params={"limit": 200}).json()
    assert [row["cells"] for row in rows["items"]] == tables.as_records(PAIRS)


def test_the_same_content_in_another_format_is_the_same_version(studio, api):
    first = upload(api, tables.as_csv(PAIRS))
    again = upload(api, tables.as_json_lines(PAIRS), "other.jsonl")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(api.get("datasets").json()["items"]) == 1


def test_a_dataset_takes_more_versions(api):
    first = upload(api, tables.as_csv(PAIRS)).json()
    more = {name: values[:50] for name, values in PAIRS.items()}
    second = upload(api, tables.as_csv(more), to=f"datasets/{first['dataset_id']}/versions").json()
    versions = api.get(f"datasets/{first['dataset_id']}").json()["versions"]
    assert versions == [second, first]


def test_rows_come_in_pages_and_can_be_searched(api):
    version = upload(api, tables.as_csv(PAIRS)).json()["id"]
    place = f"dataset-versions/{version}/rows"
    page = api.get(place, params={"offset": 58, "limit": 1}).json()
    assert ([row["row"] for row in page["items"]], page["next_offset"]) == ([58], 59)
    last = api.get(place, params={"offset": 59}).json()
    assert ([row["row"] for row in last["items"]], last["next_offset"]) == ([59], None)
    found = api.get(place, params={"q": "AIRCRAFT 1", "offset": 2, "limit": 3}).json()
    assert ([row["row"] for row in found["items"]], found["next_offset"]) == ([11, 12, 13], 5)
    assert api.get(place, params={"q": "%"}).json() == {"items": [], "next_offset": None}


def test_every_loss_says_whether_it_fits_and_what_would_make_it_fit(api):
    version = upload(api, tables.as_csv(PAIRS)).json()["id"]
    answer = api.post(f"dataset-versions/{version}/fits").json()
    assert answer["mapping"]["inputs"] == ["sentence1", "sentence2"]
    assert answer["mapping"]["label"] == "score"
    by_loss = {fit["loss"]: fit for fit in answer["losses"]}
    assert by_loss["CoSENTLoss"]["fitness"] == "fits"
    assert by_loss["TripletLoss"]["fitness"] == "no"
    needs_scale = by_loss["CosineSimilarityLoss"]
    assert needs_scale["fitness"] == "after_a_change"
    for fix in needs_scale["fixes"]:
        mapping = jsonpatch.apply_patch(answer["mapping"], fix["patch"])
        now = api.post(f"dataset-versions/{version}/fits", json={"mapping": mapping}).json()
        fitness = {fit["loss"]: fit["fitness"] for fit in now["losses"]}
        assert fitness["CosineSimilarityLoss"] == "fits"


def test_a_mapping_of_columns_that_are_not_there_is_refused_whole(api):
    version = upload(api, tables.as_csv(PAIRS)).json()["id"]
    mapping = {"inputs": ["nope", "sentence1"], "label": "neither"}
    answer = api.post(f"dataset-versions/{version}/fits", json={"mapping": mapping})
    assert answer.status_code == 422
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers == ["/mapping/inputs/0", "/mapping/label"]


def test_a_recommended_recipe_is_sound(api):
    version = upload(api, tables.as_csv(PAIRS)).json()["id"]
    recipe = api.post(f"dataset-versions/{version}/recommend").json()
    assert recipe["loss"]["name"] == "CoSENTLoss"
    judged = api.post("recipes/validate", json={"recipe": recipe}).json()
    assert judged["problems"] == []


def test_a_recommendation_for_a_loss_that_cannot_be_says_why(api):
    version = upload(api, tables.as_csv(PAIRS)).json()["id"]
    place = f"dataset-versions/{version}/recommend"
    chosen = api.post(place, json={"loss": "CoSENTLoss"}).json()
    assert chosen["loss"]["name"] == "CoSENTLoss"
    refused = api.post(place, json={"loss": "TripletLoss"})
    assert (refused.status_code, refused.json()["code"]) == (422, "loss_does_not_fit")
    unknown = api.post(place, json={"loss": "NoLoss"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_loss")


def test_the_sample_is_a_version_of_pairs_grouped_by_package(api):
    first = api.post("datasets/sample")
    assert first.status_code == 201
    assert first.json()["rows"] > 1_000
    recipe = api.post(f"dataset-versions/{first.json()['id']}/recommend").json()
    assert recipe["datasets"][0]["mapping"]["group"] == "package"


@pytest.mark.parametrize("path", ["datasets/{}", "dataset-versions/{}", "dataset-versions/{}/rows"])
def test_what_is_not_there_is_a_404(api, path):
    kind = "ds" if path.startswith("datasets") else "dsv"
    answer = api.get(path.format(f"{kind}_{'0' * 26}"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_what_belongs_to_another_project_is_not_there(studio: Studio, tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_bytes(tables.as_csv(PAIRS))
    version = service.import_path(studio, THE_PERSON, path).version
    other = on_behalf_of(ProjectId.new())
    with studio.database.reading() as session:
        assert service.facts_of(session, other, [version.id]) == {}
        with pytest.raises(NotFound):
            service.get_version(session, other, version.id)
        with pytest.raises(NotFound):
            service.get_dataset(session, other, version.dataset_id)


def test_more_bytes_than_allowed_are_refused_and_nothing_is_kept(studio: Studio):
    small = Studio.open(Settings(**{**studio.settings.model_dump(), "max_upload_bytes": 100}))
    with (small.settings.data / "big").open("wb+") as file:
        file.truncate(101)
        file.seek(0)
        with pytest.raises(TooLarge):
            imports.from_forms(small, THE_PERSON, [(file, "big.csv")], imports.Home())
    assert not any((small.settings.data / "incoming").glob("*"))
    assert not any((small.settings.data / "uploads").glob("*"))
    small.close()


def test_two_who_bring_the_same_at_once_get_one_version(studio: Studio, tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_bytes(tables.as_csv(PAIRS))
    parsed = service.read_files(studio, [(path, path.name)])
    together = threading.Barrier(4)
    kept: list[service.Kept] = []

    def bring() -> None:
        together.wait()
        kept.append(
            studio.database.retrying(
                lambda session: service.keep(session, THE_PERSON, parsed, name="pairs")
            )
        )

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.version.id for each in kept}) == 1
    assert sum(each.is_new for each in kept) == 1
    with studio.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DatasetVersion)) == 1


def test_what_was_found_about_the_file_is_kept_with_the_version(api):
    content = "anchor;positive\nWhere is it?;Here\n".encode("utf-16")
    operation = upload(api, content, "käse.csv").json()["operation"]
    assert operation == {
        "kind": "import",
        "file": "käse.csv",
        "format": "csv",
        "encoding": "utf-16",
        "delimiter": ";",
    }
    assert json.dumps(operation)
