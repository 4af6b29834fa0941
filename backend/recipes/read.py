"""From JSON or YAML to a recipe, with every complaint at its place."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from backend.problems import Fix, Invalid, Pointer, Problem, remove
from backend.recipes.schemas import Recipe

AS_IT_IS_WRITTEN = {
    "base_model": "a model's name on the Hub, such as sentence-transformers/all-MiniLM-L6-v2, or the "
    "id of a model of this studio",
    "name": "letters, digits, points, _ and -, with a letter or digit first",
}
"""What a pattern says, for people; by the name of its field."""


def parse_text(text: str) -> Any:
    """JSON or YAML text as plain values.

    Raises Invalid, naming line and column.
    """
    try:
        return yaml.safe_load(text)  # JSON is YAML, but for tabs
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise Invalid(
            Problem(
                code="not_yaml",
                title="This recipe is neither JSON nor YAML",
                detail=f"{place}{error.problem}.",
            )
        ) from error


def read(data: Any) -> tuple[Recipe | None, list[Problem]]:
    """The recipe, and what is wrong with its form.

    Where only some fields are wrong, the recipe comes without them, so that the rest can be judged
    in the same breath; None where too much is missing.
    """
    try:
        return Recipe.model_validate(data), []
    except ValidationError as error:
        faults = error.errors(include_url=False)
    problems = [_problem(fault["loc"], fault["type"], fault["msg"]) for fault in faults]
    rest = json.loads(json.dumps(data, default=str)) if isinstance(data, Mapping) else {}
    for fault in faults:
        _drop(rest, fault["loc"])
    try:
        return Recipe.model_validate(rest), problems
    except ValidationError:
        return None, problems


def _problem(loc: Sequence[int | str], kind: str, message: str) -> Problem:
    at = Pointer("")
    for part in loc:
        at = at / part
    if kind == "extra_forbidden":
        return Problem(
            code="unknown_field",
            title="There is no such field",
            detail=f"A recipe has no field {at}.",
            at=at,
            fixes=(Fix(label=f"Remove {at}", patch=(remove(at),)),),
        )
    if kind == "string_pattern_mismatch" and loc[-1] in AS_IT_IS_WRITTEN:
        message = f"write {AS_IT_IS_WRITTEN[loc[-1]]}"
    code = "missing_field" if kind == "missing" else "wrong_value"
    title = "A field is missing" if kind == "missing" else "This value can't be used"
    return Problem(code=code, title=title, detail=f"{at or 'The recipe'}: {message}.", at=at)


def _drop(data: Any, loc: Sequence[int | str]) -> None:
    """Take the value at `loc` out of `data`, if it is there and in an object."""
    for part in loc[:-1]:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return
    if loc and isinstance(data, dict):
        data.pop(loc[-1], None)
