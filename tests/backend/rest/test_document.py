"""The OpenAPI document is whole, its examples are true, and it is the one that we keep."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator

from backend.rest.document import operations
from backend.rest.refusals import MEDIA_TYPE
from tools import openapi


@pytest.fixture(scope="module")
def document():
    return openapi.document()


def bodies(operation):
    """What goes in and what comes out, each kind of content once."""
    found = [operation.get("requestBody", {}), *operation["responses"].values()]
    return [media for body in found for media in body.get("content", {}).values()]


def resolved(document, answer):
    name = answer.get("$ref", "").rsplit("/", 1)[-1]
    return document["components"]["responses"].get(name, answer)


def test_every_operation_says_what_it_is(document):
    said = ("operationId", "summary", "description", "tags")
    lacking = [
        f"{method} {path}: {word}"
        for path, method, operation in operations(document)
        for word in said
        if not operation.get(word)
    ]
    assert lacking == []


def test_no_two_operations_have_the_same_id(document):
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids)) > 50


def test_every_body_has_an_example_that_its_own_schema_allows(document):
    wrong = [
        f"{operation['operationId']}: {error.message[:200]}"
        for _, _, operation in operations(document)
        for media in bodies(operation)
        for error in Draft202012Validator(
            {**media.get("schema", {}), "components": document["components"]}
        ).iter_errors(media.get("example"))
    ]
    assert wrong == []


def test_every_operation_says_how_it_may_fail_in_the_one_shape(document):
    wrong = [
        f"{method} {path}: {status}"
        for path, method, operation in operations(document)
        if path in document["paths"]
        for status, answer in operation["responses"].items()
        if status[0] in "45" and MEDIA_TYPE not in resolved(document, answer).get("content", {})
    ]
    assert wrong == []


def test_every_operation_but_the_public_ones_says_how_to_show_who_one_is(document):
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    open_ones = {
        path for path, _, operation in operations(document) if operation.get("security") == []
    }
    assert "/livez" in open_ones
    assert "/api/v1/runs" not in open_ones


def test_the_kept_document_is_todays(document):
    kept = json.loads(openapi.KEPT.read_text())
    broken = "\n".join(openapi.breaking(kept, document))
    assert kept == document, f"run `make openapi`. Breaks clients: {broken or 'nothing'}"


def changed(document, change):
    new = copy.deepcopy(document)
    change(new)
    return list(openapi.breaking(document, new))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["paths"].pop("/api/v1/runs/{run_id}"), "GET /api/v1/runs/{run_id} is gone"),
        (
            lambda d: d["paths"]["/api/v1/runs"]["get"].update(operationId="runs"),
            "GET /api/v1/runs is called runs, and was listRuns",
        ),
        (
            lambda d: d["components"]["schemas"]["RunOut"]["properties"].pop("model_id"),
            "RunOut.model_id is gone",
        ),
        (
            lambda d: d["components"]["schemas"]["UploadIn"]["required"].append("sha256"),
            "UploadIn.sha256 must be sent",
        ),
        (
            lambda d: d["components"]["schemas"]["JobStatus"]["enum"].remove("paused"),
            "JobStatus is never 'paused' any more",
        ),
    ],
)
def test_a_change_that_breaks_clients_is_named(document, change, said):
    assert said in changed(document, change)


def test_an_addition_breaks_nobody(document):
    def add(new):
        new["components"]["schemas"]["RunOut"]["properties"]["mood"] = {"type": "string"}
        new["paths"]["/api/v1/moods"] = {"get": {"operationId": "listMoods", "responses": {}}}

    assert changed(document, add) == []
