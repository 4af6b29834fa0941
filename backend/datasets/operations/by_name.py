"""All operations by name, and reading one from its JSON."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from backend.datasets.operations.choose_columns import ChooseColumns, DropColumns, SwapColumns
from backend.datasets.operations.choose_rows import DropRows, Sample
from backend.datasets.operations.classes import ClassesToPairs, ClassesToTriplets
from backend.datasets.operations.cleaning import HidePrivate, RepairEncoding, StripHtml
from backend.datasets.operations.duplicates import DropDuplicates
from backend.datasets.operations.filter import Filter
from backend.datasets.operations.label_ids import LabelIds
from backend.datasets.operations.lists import SpreadNegatives, SpreadPositives
from backend.datasets.operations.mine_negatives import MineNegatives
from backend.datasets.operations.operation import Operation
from backend.datasets.operations.pair_classes import PairClassToTriplets
from backend.datasets.operations.qrels import QrelsToPairs
from backend.datasets.operations.run import MOST_STEPS, STEPS
from backend.datasets.operations.scores import ScaleScores, ScoresToPairs
from backend.datasets.operations.split_rows import SplitRows
from backend.problems import Invalid, Pointer, Problem
from backend.recipes.words import and_list

OPERATIONS: dict[str, type[Operation]] = {
    operation.name: operation
    for operation in (
        ChooseColumns,
        DropColumns,
        SwapColumns,
        Filter,
        DropRows,
        Sample,
        DropDuplicates,
        StripHtml,
        RepairEncoding,
        HidePrivate,
        ScaleScores,
        LabelIds,
        ScoresToPairs,
        ClassesToPairs,
        ClassesToTriplets,
        PairClassToTriplets,
        SpreadPositives,
        SpreadNegatives,
        QrelsToPairs,
        MineNegatives,
        SplitRows,
    )
}


def parse(step: dict[str, Any], at: Pointer = STEPS / 0) -> Operation:
    """The operation of `{"name": …, "parameters": {…}}`; `at` is where that stands.

    Raises Invalid with every setting that is wrong.
    """
    name = step.get("name")
    operation = OPERATIONS.get(name) if isinstance(name, str) else None
    if operation is None:
        raise Invalid(_unknown(name, at / "name"))
    if surplus := set(step) - {"name", "parameters"}:
        raise Invalid(_surplus(sorted(map(str, surplus)), at))
    try:
        return operation.model_validate(step.get("parameters", {}))
    except ValidationError as error:
        raise Invalid(*_wrong_settings(operation, error, at / "parameters")) from error


def parse_all(steps: list[dict[str, Any]]) -> list[Operation]:
    """All operations of a request. Raises Invalid with every problem of every step."""
    problems: list[Problem] = []
    operations: list[Operation] = []
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Invalid(_wrong_number(len(steps)))
    for i, step in enumerate(steps):
        try:
            operations.append(parse(step, STEPS / i))
        except Invalid as refusal:
            problems += refusal.problems
    if problems:
        raise Invalid(*problems)
    return operations


def _unknown(name: object, at: Pointer) -> Problem:
    return Problem(
        code="unknown_operation",
        title="There is no such operation",
        detail=f"There is no operation {name!r}; there are {and_list(list(OPERATIONS))}.",
        at=at,
    )


def _surplus(names: list[str], at: Pointer) -> Problem:
    return Problem(
        code="wrong_value",
        title="This step can't be read",
        detail=f"A step has a name and parameters; {and_list(names)} belongs to neither. "
        "Put settings under parameters.",
        at=at,
    )


def _wrong_number(steps: int) -> Problem:
    return Problem(
        code="wrong_number_of_steps",
        title="This many steps can't be done",
        detail=f"There are {steps:,} steps; from 1 to {MOST_STEPS} can be done at once.",
        at=STEPS,
    )


def _wrong_settings(
    operation: type[Operation], error: ValidationError, at: Pointer
) -> Iterable[Problem]:
    for fault in error.errors():
        place = at
        for part in fault["loc"]:
            place = place / part
        yield Problem(
            code="missing_field" if fault["type"] == "missing" else "wrong_value",
            title="This setting can't be used",
            detail=f"{operation.name}, {place.removeprefix(at) or 'its settings'}: {fault['msg']}.",
            at=place,
        )
