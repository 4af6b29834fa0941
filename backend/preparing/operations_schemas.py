"""Operations, and previews of what they make, as they enter and leave."""

from typing import Any, Self

from pydantic import BaseModel, Field

from backend.catalog.columns import ColumnType
from backend.datasets.operations.operation import Operation
from backend.datasets.operations.run import MOST_STEPS, Step
from backend.preparing.operations_preview import Preview
from backend.recipes.schemas import Strict
from backend.web.problem_details import ProblemOut


class OperationOut(BaseModel):
    """One thing that can be done to a version. In `parameters`, a JSON schema, `column_of` says of
    a setting that it names a column, and of which kinds."""

    name: str
    purpose: str
    about: str
    needs_model: bool
    parameters: dict[str, Any]

    @classmethod
    def of(cls, operation: type[Operation]) -> Self:
        return cls(
            name=operation.name,
            purpose=operation.purpose,
            about=" ".join((operation.__doc__ or "").split()),
            needs_model=operation.needs_model,
            parameters=operation.model_json_schema(),
        )


class OperationsIn(Strict):
    """Steps, each `{"name": …, "parameters": {…}}`, to be done in their order."""

    operations: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=MOST_STEPS,
        examples=[[{"name": "drop_duplicates", "parameters": {}}]],
    )
    name: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Empty: one more version of the same dataset. Else the first of a new one.",
    )


class PreviewIn(Strict):
    """Steps as `OperationsIn` has them, and how many rows are to be shown."""

    operations: list[dict[str, Any]] = Field(min_length=1, max_length=MOST_STEPS)
    rows: int = Field(10, ge=1, le=100)


class StepOut(BaseModel):
    """A step that was tried, with its settings in full."""

    name: str
    parameters: dict[str, Any]
    sentence: str
    rows_before: int
    rows_after: int

    @classmethod
    def of(cls, step: Step) -> Self:
        return cls(
            **step.operation.to_json(),
            sentence=step.sentence,
            rows_before=step.before,
            rows_after=step.after,
        )


class PreviewColumn(BaseModel):
    name: str
    type: ColumnType


class PreviewOut(BaseModel):
    """`rows_before` rows of `total_rows` were tried, and became `rows_after`. `problems` say why a
    step could not be done; the steps before it were."""

    total_rows: int
    is_sample: bool
    rows_before: int
    rows_after: int
    columns: list[PreviewColumn]
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]
    steps: list[StepOut]
    problems: list[ProblemOut]

    @classmethod
    def of(cls, preview: Preview) -> Self:
        return cls(
            total_rows=preview.total_rows,
            is_sample=preview.is_sample,
            rows_before=len(preview.sample),
            rows_after=len(preview.made),
            columns=[PreviewColumn(name=c.name, type=c.type) for c in preview.columns.columns],
            before=preview.before,
            after=preview.after,
            steps=[StepOut.of(step) for step in preview.steps],
            problems=[ProblemOut.of(problem) for problem in preview.problems],
        )
