"""Every operation of the API, asked as its own document says and as it forbids.

What is generated is the same each time. A part of the requests names things that are there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode

load_all_checks()

HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
"""No 5xx and no schema violation. What a schema can't say, such as whether a recipe fits its data, is
not among them: data that a schema allows may still be refused."""

MAY_BE = (503, 507)
"""Of the 5xx, those that say when to come back or what to make room for."""


def walk(
    document: dict[str, Any],
    url: str,
    known: Mapping[str, str],
    *,
    examples: int,
    headers: Mapping[str, str] | None = None,
    only: Callable[[str], bool] = lambda _: True,
    modes: Iterable[GenerationMode] = tuple(GenerationMode),
    held: Iterable[str] = HELD,
) -> list[str]:
    """What was wrong, each with how to see it again. `known` are ids that are there, by parameter:
    what deletes comes last, so that they are."""
    asked_as_one_is = {name: part for name, part in document.items() if name != "security"}
    schema = schemathesis.openapi.from_dict(asked_as_one_is)
    checks = [CHECKS.get_one(name) for name in held]
    operations = [found.ok() for found in schema.get_all_operations()]
    wrong: list[str] = []
    for operation in sorted(operations, key=lambda each: each.method.lower() == "delete"):
        if only(operation.definition.raw["operationId"]):
            for mode in modes:
                wrong += _attacked(operation, mode, url, known, examples, headers or {}, checks)
    return wrong


def _attacked(
    operation: Any,
    mode: GenerationMode,
    url: str,
    known: Mapping[str, str],
    count: int,
    headers: Mapping[str, str],
    checks: list[Any],
) -> Iterator[str]:
    wrong: dict[str, str] = {}

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
    def ask(case: Any, is_real: bool) -> None:
        if is_real and mode is GenerationMode.POSITIVE:
            case.path_parameters |= {
                part: known[part] for part in case.path_parameters if part in known
            }
        answer = case.call(base_url=url, headers=dict(headers), timeout=60)
        if answer.status_code in MAY_BE:
            return
        try:
            case.validate_response(answer, checks=checks)
        except (Failure, FailureGroup) as failure:
            whole = getattr(failure, "exceptions", [failure])
            for each in whole:
                key = f"{operation.label} {mode.value}: {each.title}"
                wrong.setdefault(
                    key,
                    f"{key}\n  {each.message}\n  {answer.status_code} {answer.text[:300]}\n"
                    f"  {case.as_curl_command()[:600]}",
                )

    is_wrong_data = mode is GenerationMode.NEGATIVE
    with suppress(Unsatisfiable) if is_wrong_data else nullcontext():  # nothing that could be wrong
        ask()
    return iter(wrong.values())
