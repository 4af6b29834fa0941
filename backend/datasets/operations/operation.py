"""What every change to a version is: settings that are checked, and a pure function of the rows."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Self

import pyarrow as pa
from pydantic import Field

from backend.catalog.columns import ColumnType, TableFacts
from backend.datasets.operations.columns_named import column_problem, kinds_of
from backend.problems import Pointer, Problem
from backend.recipes.schemas import Strict

Seed = Annotated[int, Field(ge=0, lt=2**32, description="The same seed draws the same.")]
NEEDS_MODEL = "needs_model"
"""The code with which a preview says that only a job can show this."""


class Operation(Strict):
    """One change to a version's rows. The same rows and settings give the same bytes.

    `needs_model`: its work is done on the queue of the models, by a job of its own.
    """

    name: ClassVar[str]
    purpose: ClassVar[str]
    needs_model: ClassVar[bool] = False

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        """What of these settings does not go with a table of these facts; `at` is the step.

        That every column is there, and of a kind that will do, is seen to here.
        """
        for field, info in type(self).model_fields.items():
            kinds = kinds_of(info)
            if kinds is None:
                continue
            value = getattr(self, field)
            for place, name in _names(value, at / "parameters" / field):
                if problem := column_problem(facts, name, kinds, place):
                    yield problem

    def settled(self, table: pa.Table) -> Self:
        """These settings with all that they leave to the rows filled in, for the record."""
        return self

    @abstractmethod
    def apply(self, table: pa.Table) -> pa.Table:
        """The changed rows. Raises Invalid where one row stands in the way, naming it."""

    def sentence(self, before: int, after: int) -> str:
        """What it did, for people: `before` and `after` are numbers of rows."""
        return f"{before:,} rows became {after:,}."

    def to_json(self) -> dict[str, Any]:
        """The form in which it is sent, kept and shown; `by_name.parse` reads it."""
        said = self.model_dump(mode="json", exclude_none=True)
        left_empty = {  # though it would be something by itself
            name: None
            for name, info in type(self).model_fields.items()
            if getattr(self, name) is None and info.default is not None
        }
        return {"name": self.name, "parameters": said | left_empty}


TEXTS = (ColumnType.TEXT,)
NUMBERS = (ColumnType.INTEGER, ColumnType.NUMBER)
SCALARS = (*TEXTS, *NUMBERS, ColumnType.BOOLEAN)


def _names(value: str | list[str] | None, at: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, list):
        yield from ((at / i, name) for i, name in enumerate(value))
    elif value is not None:
        yield at, value
