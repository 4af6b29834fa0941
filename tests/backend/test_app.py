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
