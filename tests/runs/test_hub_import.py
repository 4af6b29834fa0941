"""A dataset of the Hub becomes a version: REST, queue, worker, the Hub's real clients, and a Hub on
this machine."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from tests.dataset_hub import COMMIT, TOKEN, Repo, dataset_hub
from tests.hub_datasets import PAIRS, nli_repo, pairs_repo
from tests.processes import RunningWorker, ended_in_time, free_port, wait_until

EARLIER = "2" * 40

REPOS = {
    PAIRS: pairs_repo,
    "team/nli": nli_repo,
    "team/gated": lambda: pairs_repo(is_gated=True),
    "team/private": lambda: pairs_repo(is_private=True),
    "team/slow": lambda: pairs_repo(slow_seconds=20),
    "team/breaks": lambda: pairs_repo(2_000, breaks=2),
    "team/script": lambda: Repo(files={"script.py": b"1 / 0"}),
    "team/empty": lambda: Repo(files={"README.md": b"# Nothing\n"}),
    "team/pictures": lambda: Repo(files={"metadata.csv": b"file_name\na.png\n", "a.png": b"no"}),
    "team/moved": lambda: Repo(
        files={"train.csv": b"question,answer\n" + b"a,new\n" * 9},
        earlier={EARLIER: {"train.csv": b"question,answer\n" + b"a,old\n" * 5}},
    ),
    "team/changing": lambda: Repo(
        files={"train-1.csv": b"text,n\n" + b"a,1\n" * 5, "train-2.csv": b"text,n\nb,1.5\n"}
    ),
}


@pytest.fixture
def hub():
    with dataset_hub({name: made() for name, made in REPOS.items()}) as held:
        yield held


@pytest.fixture
def own_environment():
    """What a test adds to the worker's."""
    return {}


@pytest.fixture
def cpu_worker(studio, empty_broker, environment, tmp_path, hub, own_environment):
    ours = {
        "HF_ENDPOINT": hub.address,
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_ETAG_TIMEOUT": "1",
        "HF_HUB_DOWNLOAD_TIMEOUT": "1",
        "HF_HOME": str(tmp_path / "hub-home"),
    }
    without = {name: value for name, value in environment.items() if name != "HF_TOKEN"}
    own = {**without, **ours, **own_environment}
    with RunningWorker("cpu", own, studio.settings.data / "cpu.log") as running:
        yield running
        assert ended_in_time(running)


@pytest.fixture
def ended(api, cpu_worker):
    """Ask for imports, wait for them all, and give their jobs in order."""

    def bring(*wanted):
        asked = [api.post("datasets/hub", json=each) for each in wanted]
        assert {answer.status_code for answer in asked} == {202}
        return [_ended(api, answer.json()) for answer in asked]

    return bring


def _ended(api, job):
    def now():
        return api.get(f"jobs/{job['id']}").json()

    wait_until(lambda: now()["status"] in ("succeeded", "failed"), 110, "the job")
    return now()


def version_of(api, job):
    assert job["status"] == "succeeded", job["problem"]
    return api.get(f"dataset-versions/{job['result']['version_id']}").json()


def rows_of(api, job):
    answer = api.get(f"dataset-versions/{job['result']['version_id']}/rows?limit=200").json()
    return [row["cells"] for row in answer["items"]]


@pytest.mark.slow
def test_a_split_or_a_slice_becomes_a_version_that_says_where_it_came_from(api, ended):
    whole, sliced = ended(
        {"repo": PAIRS},
        {"repo": PAIRS, "split": "train[10%:20%]+test[-3:]", "revision": "main"},
    )
    assert version_of(api, whole)["rows"] == 60
    assert version_of(api, whole)["operation"]["commit"] == COMMIT
    assert [row["question"] for row in rows_of(api, sliced)] == [
        f"How does thing {i} work?" for i in (*range(6, 12), 2_000_007, 2_000_008, 2_000_009)
    ]
    told = version_of(api, sliced)["operation"]
    assert (told["split"], told["commit"]) == ("train[10%:20%]+test[-3:]", COMMIT)


@pytest.mark.slow
def test_a_commit_pins_what_comes_whatever_the_branch_holds_by_now(api, ended):
    newest, pinned = ended({"repo": "team/moved"}, {"repo": "team/moved", "revision": EARLIER})
    assert [row["answer"] for row in rows_of(api, newest)] == ["new"] * 9
    assert [row["answer"] for row in rows_of(api, pinned)] == ["old"] * 5
    commits = [version_of(api, job)["operation"]["commit"] for job in (newest, pinned)]
    assert commits == [COMMIT, EARLIER]


@pytest.mark.slow
def test_several_splits_come_as_one_version_that_says_what_is_for_what(api, ended):
    (job,) = ended(
        {"repo": PAIRS, "subset": "pair", "splits": ["train[:5]", "validation[:2]", "test[:1]"]}
    )
    parts = [row["part"] for row in rows_of(api, job)]
    assert parts == ["train"] * 5 + ["choose"] * 2 + ["prove"]


def test_classes_structs_lists_and_pictures_become_columns_sensibly(api, ended):
    (nli,) = ended({"repo": "team/nli", "split": "train[:4]"})
    assert rows_of(api, nli)[:2] == [
        {
            "premise": "premise 0",
            "label": None,
            "en": "word 0",
            "de": "Wort 0",
            "negatives": '["one 0", "two 0"]',
        },
        {
            "premise": "premise 1",
            "label": 0,
            "en": "word 1",
            "de": "Wort 1",
            "negatives": '["one 1", "two 1"]',
        },
    ]
    told = version_of(api, nli)["operation"]
    assert told["classes"] == {"label": ["entailment", "neutral", "contradiction"]}
    assert told["left_out"] == ["picture"]


@pytest.mark.slow
def test_files_whose_columns_differ_in_kind_are_refused_and_leave_nothing(ended, studio):
    (job,) = ended({"repo": "team/changing"})
    assert job["problem"]["code"] == "unusable_hub_dataset"
    assert "int64" in job["problem"]["detail"]
    assert list(studio.settings.data.rglob("*.parquet*")) == []


def test_what_the_hub_does_not_give_is_refused_with_what_to_do(api, ended, studio):
    reasons = {
        "no_hub_dataset": ({"repo": "team/nothing"}, "Check the name"),
        "hub_dataset_gated": ({"repo": "team/gated"}, "/datasets/team/gated"),
        "no_hub_subset": ({"repo": PAIRS, "subset": "nope"}, "There are pair"),
        "no_hub_split": ({"repo": PAIRS, "split": "nope"}, "train, validation and test"),
        "no_hub_revision": ({"repo": PAIRS, "revision": "v9"}, "'v9'"),
        "hub_dataset_script": ({"repo": "team/script"}, "refs/convert/parquet"),
        "unusable_hub_dataset": ({"repo": "team/empty"}, "no file of a kind"),
        "hub_slow": ({"repo": "team/slow"}, "did not answer in time"),
    }
    jobs = ended(*(wanted for wanted, _ in reasons.values()))
    told = {job["problem"]["code"]: job["problem"]["detail"] for job in jobs}
    assert list(told) == list(reasons)
    for code, (_, words) in reasons.items():
        assert words in told[code]
    assert api.get("datasets").json()["items"] == []
    assert list(Path(studio.settings.storage).rglob("*.parquet")) == []


def test_a_private_one_is_as_good_as_not_there(api, ended):
    (job,) = ended({"repo": "team/private"})
    assert job["problem"]["code"] == "no_hub_dataset"
    assert "HF_TOKEN" in job["problem"]["detail"]


@pytest.mark.slow
def test_a_connection_that_breaks_off_is_taken_up_again(api, ended):
    (job,) = ended({"repo": "team/breaks"})
    assert version_of(api, job)["rows"] == 2_000


@pytest.mark.slow  # as often as the Hub's own client tries
def test_one_that_breaks_off_again_and_again_leaves_nothing(api, ended, hub, studio):
    hub.repos["team/breaks"].breaks = 10_000
    (job,) = ended({"repo": "team/breaks"})
    assert job["problem"]["code"] == "hub_broke_off"
    assert "Nothing was kept" in job["problem"]["detail"]
    assert api.get("datasets").json()["items"] == []
    assert list(studio.settings.data.rglob("*.parquet*")) == []


class TestWithToken:
    @pytest.fixture
    def own_environment(self, tmp_path):
        place = tmp_path / "token"
        place.write_text(TOKEN)
        return {"LIKEWISE_HUB_TOKEN_FILE": str(place)}

    def test_gated_and_private_come_and_the_token_is_written_nowhere(self, api, ended, hub, studio):
        gated, private = ended(
            {"repo": "team/gated", "split": "test"}, {"repo": "team/private", "split": "train"}
        )
        assert version_of(api, gated)["rows"] == 10
        assert version_of(api, private)["rows"] == 60
        assert TOKEN in {token for _, token in hub.asked}
        for folder, _, names in os.walk(studio.settings.data):
            for name in names:
                with suppress(FileNotFoundError):  # what a worker has taken away meanwhile
                    assert TOKEN.encode() not in Path(folder, name).read_bytes()
        database = Path(studio.settings.database.removeprefix("sqlite:///"))
        assert not database.is_file() or TOKEN.encode() not in database.read_bytes()


class TestOffline:
    @pytest.fixture
    def own_environment(self):
        return {"HF_HUB_OFFLINE": "1"}

    def test_a_worker_that_is_told_to_stay_offline_says_so(self, ended, hub):
        (job,) = ended({"repo": PAIRS})
        assert job["problem"]["code"] == "hub_offline"
        assert "upload the data as a file" in job["problem"]["detail"]
        assert hub.asked == []


@pytest.mark.slow  # six tries of the Hub's own client
class TestWithoutNetwork:
    @pytest.fixture
    def own_environment(self):
        return {"HF_ENDPOINT": f"http://127.0.0.1:{free_port()}"}

    def test_a_worker_that_reaches_no_hub_says_so(self, api, ended, hub):
        (job,) = ended({"repo": PAIRS})
        assert job["problem"]["code"] == "hub_unreachable"
        assert "HF_ENDPOINT" in job["problem"]["detail"]
        assert api.get("datasets").json()["items"] == []


@pytest.mark.parametrize("repo", ["../etc", "a/b/c", "https://elsewhere/x", ""])
def test_what_is_no_name_of_a_dataset_is_refused_at_once(api, repo):
    answer = api.post("datasets/hub", json={"repo": repo})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/repo"
