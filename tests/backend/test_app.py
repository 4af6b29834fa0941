"""What the server is made of."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "accelerate", "datasets", "scipy")


@pytest.mark.parametrize("module", ["backend.app", "backend.serve", "worker.app", "likewise"])
def test_no_process_but_a_jobs_and_the_embedder_imports_torch(module):
    code = f"import {module}, sys; print(*[m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_operation_has_an_id_and_a_sentence_or_a_plain_name(api, server):
    paths = api.get(f"{server.url}/api/openapi.json").json()["paths"]
    operations = [op for path in paths.values() for op in path.values()]
    ids = [op["operationId"] for op in operations]
    assert len(ids) == len(set(ids)) > 20


def test_a_body_that_is_not_sent_as_json_is_told_how_to_be(api):
    form = api.post(
        "datasets/paste",
        content=b'{"text": "a,b"}',
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (form.status_code, form.json()["code"]) == (422, "not_sent_as_json")
    assert "`Content-Type: application/json`" in form.json()["detail"]
    as_json = api.post("datasets/paste", json=["a,b"])
    assert as_json.json()["code"] == "wrong_value"
