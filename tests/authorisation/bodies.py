"""What a request of the matrix sends, where it must send something. `{…_id}` is filled in."""

from typing import Any

STEPS = [{"name": "drop_duplicates", "parameters": {}}]
RECIPE = {
    "datasets": [
        {"version": "{version_id}", "mapping": {"inputs": ["question", "answer"]}},
    ],
    "loss": {"name": "MultipleNegativesRankingLoss"},
}
PASSWORD = "purple horse wagon"

JSON: dict[str, Any] = {
    "POST /api/v1/claim": {"token": "x", "email": "a@x", "name": "a", "password": PASSWORD},
    "POST /api/v1/sign-in": {"email": "nobody@x", "password": PASSWORD},
    "POST /api/v1/experiments": {
        "recipe": RECIPE,
        "space": [{"path": "arguments.learning_rate", "low": 1e-5, "high": 1e-4}],
    },
    "POST /api/v1/invitations/accept": {"token": "x", "name": "a", "password": PASSWORD},
    "POST /api/v1/invitations": {"email": "new@x"},
    "PATCH /api/v1/me": {"project_id": "{project_id}"},
    "POST /api/v1/me/notification-destinations": {"url": "exec://x"},
    "PUT /api/v1/me/notifications": {"types": []},
    "PUT /api/v1/me/password": {"current": "", "new": PASSWORD},
    "POST /api/v1/projects": {"name": "p"},
    "PATCH /api/v1/projects/{project_id}": {"name": "ours"},
    "PUT /api/v1/projects/{project_id}/members/{user_id}": {"role": "viewer"},
    "POST /api/v1/runs/{run_id}/shares": {"days": 1},
    "POST /api/v1/tokens": {"name": "t", "scopes": ["read"]},
    "POST /api/v1/users": {"email": "viewer@x", "name": "a", "password": PASSWORD},
    "PATCH /api/v1/users/{user_id}": {"name": "spare"},
    "POST /api/v1/dataset-versions/{version_id}/operations": {"operations": STEPS},
    "POST /api/v1/dataset-versions/{version_id}/operations/preview": {"operations": STEPS},
    "POST /api/v1/dataset-versions/{version_id}/profile": {},
    "PUT /api/v1/dataset-versions/{version_id}/review/{row}/{column:path}": {"answer": "yes"},
    "POST /api/v1/datasets/hub": {"repo": "../x"},
    "POST /api/v1/datasets/import": {"uploads": ["{upload_id}"]},
    "POST /api/v1/datasets/paste": {"text": ""},
    "POST /api/v1/datasets/storage": {"url": "s3://bucket/file.csv"},
    "PATCH /api/v1/datasets/{dataset_id}": {"name": "d"},
    "PATCH /api/v1/jobs/{job_id}": {"priority": 1},
    "PATCH /api/v1/models/{model_id}": {"name": "m"},
    "POST /api/v1/models/{model_id}/guard": {"sets": ["similarity"]},
    "POST /api/v1/models/{model_id}/publications": {
        "repo": "ada/m",
        "license": "mit",
        "languages": ["en"],
    },
    "PUT /api/v1/models/{model_id}/card/words": {"words": "w"},
    "POST /api/v1/models/{model_id}/similarity": {"source": "a", "others": ["b"]},
    "POST /api/v1/models/{model_id}/smaller": {"dimensions": 16},
    "POST /api/v1/models/{model_id}/search": {"query": "a"},
    "POST /api/v1/recipes": {"name": "k", "recipe": {}},
    "PUT /api/v1/recipes/{recipe_id}": {"name": "k", "recipe": {}},
    "POST /api/v1/recipes/estimate": {"recipe": RECIPE},
    "POST /api/v1/recipes/validate": {"recipe": RECIPE},
    "POST /api/v1/runs": {"recipe": RECIPE},
    "PATCH /api/v1/runs/{run_id}": {"name": "r"},
    "POST /api/v1/runs/{run_id}/clone": {},
    "POST /api/v1/uploads": {"file_name": "a.csv", "size_bytes": 3},
    "POST /api/v1/webhook-endpoints": {"url": "http://127.0.0.1/"},
    "PATCH /api/v1/webhook-endpoints/{endpoint_id}": {"description": "d"},
    "PATCH /api/v1/workers/{worker_id}": {"state": "active"},
    "POST /v1/embeddings": {"model": "{model_id}", "input": ["a"]},
}

FORMS: dict[str, dict[str, str]] = {
    "POST /data/paste": {"text": ""},
    "POST /data/storage": {"url": "s3://bucket/file.csv"},
    "POST /data/{version_id}/operations": {"operations": '[{"name": "drop_duplicates"}]'},
    "POST /data/{version_id}/review/{finding}": {
        "row": "0",
        "column": "question",
        "answer": "yes",
        "at": "0",
    },
    "POST /models/{model_id}/publish": {"publication_id": "{publication_id}"},
    "POST /models/{model_id}/publish/preview": {
        "repo": "ada/m",
        "license": "mit",
        "languages": "en",
    },
    "POST /models/{model_id}/size/take": {"dimensions": "16", "precision": "int8"},
    "POST /models/{model_id}/try": {"source": "a", "other": "b"},
    "POST /models/{model_id}/see/search": {"query": "a"},
    "POST /settings/account/name": {"name": "n"},
    "POST /settings/account/password": {"current": "", "new": PASSWORD},
    "POST /settings/hub": {"token": "hf_x"},
    "POST /settings/notifications/email": {"email": "nobody"},
    "POST /settings/notifications/service": {"url": "exec://x"},
    "POST /settings/people/{user_id}/password": {"password": PASSWORD},
    "POST /settings/people/{user_id}/rights": {"is_administrator": "false"},
    "POST /settings/projects": {"name": "p"},
    "POST /settings/projects/enter": {"project_id": "{project_id}"},
    "POST /settings/projects/invitations": {"email": "new@x", "role": "viewer"},
    "POST /settings/projects/join": {"project_id": "{project_id}"},
    "POST /settings/projects/members/{user_id}": {"role": "viewer"},
    "POST /settings/projects/name": {"name": "ours"},
    "POST /settings/tokens": {"name": "t", "days": "1", "scopes": "read"},
    "POST /data/{version_id}/columns": {"column": "question", "use": "1", "name": "question"},
    "POST /settings/webhooks": {"url": "http://127.0.0.1/"},
    "POST /settings/webhooks/{endpoint_id}/switch": {"is_enabled": "true"},
    "POST /theme": {"theme": "dark"},
    "POST /workers/{worker_id}/state": {"state": "active"},
}


FILES = {
    "POST /api/v1/datasets": {"file": ("a.csv", b"")},
    "POST /api/v1/datasets/{dataset_id}/versions": {"file": ("a.csv", b"")},
    "POST /data": {"file": ("a.csv", b"")},
}


def filled(value: Any, ids: dict[str, str]) -> Any:
    """`value` with each `{name}` of `ids` in its texts replaced."""
    if isinstance(value, dict):
        return {key: filled(each, ids) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    for name, found in ids.items() if isinstance(value, str) else ():
        value = value.replace(f"{{{name}}}", found)
    return value
