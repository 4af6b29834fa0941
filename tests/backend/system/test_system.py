"""What the studio tells of itself, and what it doesn't."""

import pytest
from pydantic import SecretStr

from backend.settings import Settings
from backend.system.service import told_settings
from tests.runs import trainings


def test_the_studio_says_which_it_is(api):
    info = api.get("system/info").json()
    assert (info["api"], info["auth"]) == ("v1", "none")
    assert info["limits"]["max_upload_bytes"] > 0


def test_a_support_bundle_holds_no_secret_name_or_text(api, studio):
    version = trainings.upload(api, trainings.pairs_csv(), "Hush.csv")
    trainings.start(api, trainings.recipe_for(api, version["id"]) | {"name": "Whisper"})
    bundle = api.get("system/diagnostics")
    told = bundle.json()
    assert told["jobs"]["train"] == {"queued": 1}
    assert told["checks"] == {"database": True, "broker": True}
    assert told["packages"]["fastapi"]
    assert not any(word in bundle.text for word in ("Hush", "Whisper", "where is the"))


@pytest.mark.parametrize(
    ("setting", "given", "told"),
    [
        ("secret_key", SecretStr("sesame"), "(hidden)"),
        ("database_url", "postgresql+psycopg://owl:sesame@db/x?password=sesame", "db/x"),
        ("broker_url", "redis://:sesame@cache:6379/0", "redis://cache:6379/0"),
        ("storage_url", "s3://bucket/folder", "s3://bucket/folder"),
    ],
)
def test_settings_are_told_without_what_signs_in(tmp_path, setting, given, told):
    settings = Settings(data=tmp_path).model_copy(update={setting: given})
    shown = str(told_settings(settings)[setting])
    assert told in shown
    assert "sesame" not in shown


def test_prometheus_reads_jobs_queues_and_the_time_of_requests(api, server, studio):
    version = trainings.upload(api, trainings.pairs_csv())
    trainings.start(api, trainings.recipe_for(api, version["id"]))
    answer = api.get(f"{server.url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'likewise_jobs{kind="train",status="queued"} 1.0' in lines
    assert 'likewise_queue_depth{queue="gpu"} 1.0' in lines
    timed = 'likewise_request_seconds_count{method="POST",route="/api/v1/runs",status="202"} 1.0'
    assert timed in lines
