"""`docs/openapi.json`: what the API promises, kept beside the code, so that a change of it is seen.

python -m tools.openapi          say what has changed, and what of it breaks a client
python -m tools.openapi --write  keep today's document
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from backend.app import create_app
from backend.rest.document import operations
from backend.settings import Settings

KEPT = Path(__file__).parent.parent / "docs" / "openapi.json"


def document() -> dict[str, Any]:
    """Today's. It is the same for every studio: no setting is read for it."""
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Any] = json.loads(json.dumps(create_app(Settings(data=folder)).openapi()))
    return found


def as_text(described: Mapping[str, Any]) -> str:
    return json.dumps(described, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def breaking(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What a client that was written for `old` would stumble over; each a sentence."""
    now = {(path, method): said for path, method, said in operations(new)}
    for path, method, said in operations(old):
        name = f"{method.upper()} {path}"
        if (path, method) not in now:
            yield f"{name} is gone"
            continue
        changed = now[path, method]
        if said["operationId"] != changed["operationId"]:
            yield f"{name} is called {changed['operationId']}, and was {said['operationId']}"
        yield from _new_demands(name, said, changed)
        for status in said["responses"].keys() - changed["responses"].keys():
            if status.startswith("2"):
                yield f"{name} answers {status} no more"
    schemas = new["components"]["schemas"]
    for name, schema in old["components"]["schemas"].items():
        yield from _changed_shape(name, schema, schemas.get(name, {"type": "gone"}))


def _new_demands(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    were = {(each["in"], each["name"]) for each in _demanded(old)}
    for each in _demanded(new):
        if (each["in"], each["name"]) not in were:
            yield f"{name} demands the {each['in']} parameter {each['name']}"
    known = {(each["in"], each["name"]) for each in new.get("parameters", ())}
    for each in old.get("parameters", ()):
        if (each["in"], each["name"]) not in known:
            yield f"{name} knows the {each['in']} parameter {each['name']} no more"


def _demanded(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in described.get("parameters", ()) if each.get("required")]


def _changed_shape(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old.get("type") != new.get("type"):
        yield f"{name} was {old.get('type')}, and is {new.get('type')}"
        return
    for value in set(old.get("enum", ())) - set(new.get("enum", ())):
        yield f"{name} is never {value!r} any more"
    properties = new.get("properties", {})
    for field, schema in old.get("properties", {}).items():
        if field not in properties:
            yield f"{name}.{field} is gone"
        elif schema.get("type") != properties[field].get("type"):
            yield f"{name}.{field} has another type"
    is_input = old.get("additionalProperties") is False
    demanded = set(new.get("required", ())) - set(old.get("required", ()))
    for field in sorted(demanded if is_input else ()):
        yield f"{name}.{field} must be sent"


def main(write: bool) -> int:
    today = document()
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else today
    for sentence in breaking(kept, today):
        print(f"breaks clients: {sentence}")
    if write:
        KEPT.write_text(as_text(today))
        print(f"written: {KEPT} ({len(list(operations(today)))} operations)")
        return 0
    is_same = as_text(kept) == as_text(today)
    print("docs/openapi.json is up to date" if is_same else "changed: run `make openapi`")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv))
