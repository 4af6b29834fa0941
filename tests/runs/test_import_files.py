"""Large files, and files of a bucket, become versions through the queue and a real worker."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx2
import pytest
from moto.server import ThreadedMotoServer

from backend.ids import WorkerId
from backend.runs import claims, outcomes
from backend.runs.states import Outcome
from backend.settings import Settings
from backend.studio import Studio
from tests.processes import RunningWorker, ended_in_time, wait_until
from tests.runs.trainings import pairs_csv
from worker.jobs.ending import DISK_FULL

KEYS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """An S3-compatible store with one file; answers what a worker must know of it."""
    store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()
    known = {**KEYS, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    client = boto3.client(
        "s3",
        endpoint_url=known["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_bucket(Bucket="ours")
    client.put_object(Bucket="ours", Key="in/pairs.csv", Body=pairs_csv(300))
    client.put_object(Bucket="ours", Key="in/large.csv", Body=b"x" * 2_000_000)
    yield known
    store.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that may be read, with a link that leads out of it."""
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    (allowed / "pairs.csv").write_bytes(pairs_csv(40))
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    (allowed / "out.csv").symlink_to(tmp_path / "secret.csv")
    return allowed


@pytest.fixture
def settings(settings: Settings, folder: Path) -> Settings:
    return settings.model_copy(
        update={
            "import_here_bytes": 1_000,
            "max_upload_bytes": 1_500_000,
            "import_prefixes": ["s3://ours/in/", f"file://{folder}"],
        }
    )


@pytest.fixture
def cpu_worker(
    studio: Studio, empty_broker: None, environment: dict[str, str], bucket: dict[str, str]
) -> Iterator[RunningWorker]:
    told = {
        "LIKEWISE_IMPORT_PREFIXES": json.dumps(studio.settings.import_prefixes),
        "LIKEWISE_MAX_UPLOAD_BYTES": str(studio.settings.max_upload_bytes),
        "NO_PROXY": "127.0.0.1",
        **bucket,
    }
    log = studio.settings.data / "cpu.log"
    with RunningWorker("cpu", environment | told, log) as running:
        yield running
        assert ended_in_time(running)


def ended(api: httpx2.Client, answer: httpx2.Response) -> dict:
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['id']}"

    def now() -> dict:
        return api.get(f"jobs/{answer.json()['id']}").json()

    wait_until(lambda: now()["status"] in ("succeeded", "failed"), 60, "the import")
    return now()


def version_of(api: httpx2.Client, job: dict) -> dict:
    assert job["status"] == "succeeded", job["problem"]
    return api.get(f"dataset-versions/{job['result']['version_id']}").json()


def left(studio: Studio) -> list[Path]:
    return [
        path for name in ("uploads", "incoming") for path in (studio.settings.data / name).glob("*")
    ]


def test_a_large_file_is_read_by_a_job_or_refused_by_it_and_nothing_is_left(
    studio: Studio, api: httpx2.Client, cpu_worker: RunningWorker
) -> None:
    files = {"file": ("pairs.csv", pairs_csv(200))}
    version = version_of(api, ended(api, api.post("datasets", files=files)))
    assert (version["rows"], version["operation"]["file"]) == (200, "pairs.csv")
    assert api.get(f"dataset-versions/{version['id']}/profile").status_code == 200
    broken = pairs_csv(200) + b"one,two,three\n"
    job = ended(api, api.post("datasets", files={"file": ("broken.csv", broken)}))
    assert (job["status"], job["problem"]["code"]) == ("failed", "ragged_row")
    assert "202" in job["problem"]["detail"]
    wait_until(lambda: not left(studio), what="the uploads to go")


def test_one_that_was_paused_on_a_full_disk_says_so_and_goes_on_when_a_person_lets_it(
    studio: Studio, studio_url: str, api: httpx2.Client, empty_broker: None, environment: dict
) -> None:
    answer = api.post("datasets", files={"file": ("pairs.csv", pairs_csv(200))})
    place = f"{studio_url}/data/imports/{answer.json()['id']}"
    assert api.post(f"jobs/{answer.json()['id']}/resume").json()["code"] == "not_paused"
    with studio.database.writing() as session:
        claim = claims.claim(session, ["cpu"], WorkerId.new(), schema=1)
        assert claim is not None
        reason = dict(zip(("code", "title", "detail"), DISK_FULL, strict=True))
        outcomes.end(session, claim, Outcome.PAUSED, problem=reason)
    shown = httpx2.get(place).text
    assert DISK_FULL[2] in shown
    assert httpx2.post(f"{place}/resume").status_code == 303
    assert DISK_FULL[2] not in httpx2.get(place).text
    with RunningWorker("cpu", environment, studio.settings.data / "cpu.log") as running:
        assert version_of(api, ended(api, answer))["rows"] == 200
        assert ended_in_time(running)
    assert api.post(f"jobs/{answer.json()['id']}/resume").status_code == 409


@pytest.mark.slow
def test_files_of_a_bucket_and_of_a_folder_are_read_where_that_is_allowed(
    api: httpx2.Client, cpu_worker: RunningWorker, folder: Path
) -> None:
    def asked(url: str) -> httpx2.Response:
        return api.post("datasets/storage", json={"url": url})

    version = version_of(api, ended(api, asked("s3://ours/in//pairs.csv")))
    assert version["rows"] == 300
    assert version["operation"]["url"] == "s3://ours/in/pairs.csv"
    assert version_of(api, ended(api, asked(f"file://{folder}/pairs.csv")))["rows"] == 40
    refused = {
        "s3://ours/in/none.csv": "not_there",
        "s3://ours/in/large.csv": "too_large",
        f"file://{folder}/none.csv": "not_there",
        f"file://{folder}/out.csv": "place_not_allowed",
    }
    for url, code in refused.items():
        assert ended(api, asked(url))["problem"]["code"] == code, url


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("s3://ours/other.csv", "place_not_allowed"),
        ("s3://ours/inside.csv", "place_not_allowed"),
        ("s3://theirs/in/pairs.csv", "place_not_allowed"),
        ("file:///etc/passwd", "place_not_allowed"),
        ("http://169.254.169.254/latest", "place_not_allowed"),
        ("s3://ours/in/../other.csv", "broken_url"),
        ("s3://ours/in/%2e%2e/other.csv", "broken_url"),
        ("s3://key:secret@ours/in/pairs.csv", "broken_url"),
        ("zip://a.csv::s3://ours/in/a.zip", "broken_url"),
        ("s3://ours/in/*.csv", "broken_url"),
        ("s3://ours/in/a.csv?versionId=1", "broken_url"),
        ("/etc/passwd", "broken_url"),
    ],
)
def test_a_place_that_may_not_be_read_is_refused_at_once(
    api: httpx2.Client, url: str, code: str
) -> None:
    answer = api.post("datasets/storage", json={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
