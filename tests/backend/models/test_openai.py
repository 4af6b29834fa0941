"""/v1/embeddings, asked exactly as OpenAI's client asks: by plain HTTP, base64 and all."""

import base64

import httpx2
import numpy as np
import pytest

from tests.processes import wait_until
from worker.engine.model import SentenceTransformer

TEXTS = ["the cat sat", "a small dog", "who flew over the sea"]


@pytest.fixture
def openai(server):
    headers = {"Authorization": "Bearer none", "User-Agent": "OpenAI/Python 3.54.0"}
    with httpx2.Client(
        base_url=f"{server.url}/v1/", headers=headers, timeout=30, trust_env=False, verify=False
    ) as client:
        yield client


def refused(answer, status, code):
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code), error
    assert set(error) == {"message", "type", "param", "code"}
    return error


def test_texts_are_embedded_as_the_model_embeds_them(openai, studio, model):
    def ask(**asked):
        return openai.post("embeddings", json={"model": model.id, "input": TEXTS, **asked})

    loading = ask()
    assert refused(loading, 503, "not_ready")["type"] == "server_error"
    assert int(loading.headers["Retry-After"]) > 0
    wait_until(lambda: ask().status_code == 200, 90, "the embedder")

    tuned = SentenceTransformer(str(studio.storage.folder(model.folder)))
    expected = tuned.encode(TEXTS)
    answer = ask(encoding_format="base64", user="u").json()
    packed = [base64.b64decode(item["embedding"]) for item in answer["data"]]
    assert np.stack([np.frombuffer(each, "<f4") for each in packed]) == pytest.approx(
        expected, abs=1e-5
    )
    assert [item["index"] for item in answer["data"]] == [0, 1, 2]
    assert answer["model"] == model.id
    tokens = sum(len(tuned.tokenizer(text)["input_ids"]) for text in TEXTS)
    assert answer["usage"] == {"prompt_tokens": tokens, "total_tokens": tokens}

    one = ask(input=TEXTS[0], dimensions=8).json()["data"]
    assert len(one) == 1
    short = expected[0, :8] / np.linalg.norm(expected[0, :8])
    assert one[0]["embedding"] == pytest.approx(short, abs=1e-5)

    more = refused(ask(dimensions=10_000), 400, "too_many_dimensions")
    assert more["param"] == "dimensions"
    assert refused(ask(prompt_name="odd"), 400, "unknown_prompt")["param"] == "prompt_name"
    assert ask(prompt_name="query").status_code == 200


@pytest.mark.parametrize(
    ("asked", "code", "param"),
    [
        ({"input": [1, 2, 3]}, "tokens_not_taken", "input"),
        ({"input": [[1, 2], [3]]}, "tokens_not_taken", "input"),
        ({"input": ""}, "empty_input", "input"),
        ({"input": []}, "empty_input", "input"),
        ({"input": ["x"] * 2_049}, "too_much_input", "input"),
        ({"input": "x", "encoding_format": "hex"}, "invalid", "encoding_format"),
        ({"input": "x", "dimensions": 0}, "invalid", "dimensions"),
        ({}, "invalid", "input"),
    ],
)
def test_what_cannot_be_embedded_is_refused_in_their_shape(openai, model, asked, code, param):
    answer = openai.post("embeddings", json={"model": model.id, **asked})
    error = refused(answer, 400, code)
    assert (error["type"], error["param"]) == ("invalid_request_error", param)


@pytest.mark.parametrize(
    "name", ["text-embedding-3-small", "mdl_01h455vb4pex5vsknk084sn02q", "mdl_", "../etc"]
)
def test_a_model_that_is_not_here_is_not_found(openai, name):
    refused(openai.post("embeddings", json={"model": name, "input": "x"}), 404, "not_found")
    assert openai.get(f"models/{name}").status_code == 404


def test_the_models_are_listed_and_told(openai, model):
    listed = openai.get("models").json()
    assert listed["object"] == "list"
    assert listed["data"][0]["id"] == model.id
    for each in (listed["data"][0], listed["data"][-1]):
        assert openai.get(f"models/{each['id']}").json() == each
