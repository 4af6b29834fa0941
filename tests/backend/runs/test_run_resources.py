"""Runs as resources: what their owner writes on them, how they are found, how they are deleted."""

import pytest
from sqlalchemy import func, select

from backend.runs.tables import CurvePiece, Event, Job
from tests.processes import wait_until
from tests.runs import trainings


@pytest.fixture
def version(api):
    return trainings.upload(api, trainings.pairs_csv())


@pytest.fixture
def recipe(api, version):
    return trainings.recipe_for(api, version["id"], max_steps=10)


def begin(api, recipe, **more):
    answer = api.post("runs", json={"recipe": recipe, **more})
    assert answer.status_code == 202, answer.text
    return answer.json()


def names(api, **asked):
    answer = api.get("runs", params=asked)
    assert answer.status_code == 200, answer.text
    return [run["name"] for run in answer.json()["items"]]


def test_a_run_carries_what_its_owner_writes_on_it(api, recipe):
    run = begin(api, recipe, tags=["a", "b", "a"], metadata={"commit": "1f"}, notes="first")
    assert (run["tags"], run["metadata"], run["notes"]) == (["a", "b"], {"commit": "1f"}, "first")
    changed = api.patch(f"runs/{run['id']}", json={"name": "renamed", "tags": []}).json()
    assert (changed["name"], changed["tags"], changed["notes"]) == ("renamed", [], "first")
    assert api.get(f"runs/{run['id']}").json() == changed


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"tags": ["x" * 51]},
        {"tags": ["with, comma"]},
        {"metadata": {str(n): "" for n in range(17)}},
        {"metadata": {"key": 1}},
        {"status": "succeeded"},
    ],
)
def test_a_change_that_cannot_be_is_refused(api, recipe, wrong):
    run = begin(api, recipe)
    assert api.patch(f"runs/{run['id']}", json=wrong).status_code == 422


def test_runs_are_found_by_status_tag_data_name_and_time(api, recipe, version):
    first = begin(api, recipe, name="Owls of the north", tags=["night", "été"])
    second = begin(api, recipe, name="100 % pure", tags=["day"])
    api.post(f"runs/{second['id']}/cancel")
    assert names(api, status="cancelled") == ["100 % pure"]
    assert names(api, status="queued,cancelled") == ["100 % pure", "Owls of the north"]
    assert names(api, tag="été") == ["Owls of the north"]
    assert names(api, tag="nig") == []
    assert names(api, q="owls") == ["Owls of the north"]
    assert names(api, q="100 %") == ["100 % pure"]
    assert names(api, q="1%p") == []
    assert len(names(api, dataset_id=version["dataset_id"])) == 2
    assert names(api, version_id="dsv_01h455vb4pex5vsknk084sn02q") == []
    assert names(api, created_after=first["created_at"]) == ["100 % pure"]
    assert api.get("runs?status=odd").status_code == 422
    assert api.get("runs?created_after=yesterday").status_code == 422


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-created_at", ["b", "c", "a", "b"]),
        ("created_at", ["b", "a", "c", "b"]),
        ("name", ["a", "b", "b", "c"]),
        ("-name", ["c", "b", "b", "a"]),
    ],
)
def test_every_order_comes_whole_over_its_pages(api, recipe, sort, expected):
    for name in ("b", "a", "c", "b"):
        begin(api, recipe, name=name)
    first = api.get("runs", params={"sort": sort, "limit": 2}).json()
    rest = api.get("runs", params={"sort": sort, "cursor": first["next_cursor"]}).json()
    found = first["items"] + rest["items"]
    assert [run["name"] for run in found] == expected
    assert len({run["id"] for run in found}) == 4
    assert api.get("runs?cursor=nonsense").status_code == 422


def test_only_an_ended_run_is_deleted_and_nothing_of_it_stays(api, studio, recipe):
    run, other = begin(api, recipe), begin(api, recipe)
    refused = api.delete(f"runs/{run['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_ended")
    api.post(f"runs/{run['id']}/cancel")
    folder = studio.settings.jobs / run["job_id"]
    folder.mkdir(parents=True)
    assert api.delete(f"runs/{run['id']}").status_code == 204
    assert api.get(f"runs/{run['id']}").status_code == 404

    def rows():
        with studio.database.reading() as session:
            tables = ((Job, Job.id), (Event, Event.job_id), (CurvePiece, CurvePiece.job_id))
            return [
                session.scalar(select(func.count()).where(key == run["job_id"]))
                for _, key in tables
            ]

    wait_until(lambda: rows() == [0, 0, 0], 10, "the job to be gone")
    assert not folder.exists()
    assert names(api) == [other["name"]]
    assert api.delete(f"runs/{run['id']}").status_code == 404


def test_jobs_of_every_kind_are_listed_and_narrowed(api, recipe):
    run = begin(api, recipe)
    assert run["job_id"] in [job["id"] for job in api.get("jobs").json()["items"]]
    of_kind = api.get("jobs?kind=train&status=queued,running").json()["items"]
    assert [job["id"] for job in of_kind] == [run["job_id"]]
    assert api.get("jobs?status=failed").json()["items"] == []
