"""What an experiment varies: places of a recipe, each with what it may be. Pure."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, model_validator

from backend.recipes.schemas import Strict

Plain = bool | int | float | str

MAY_VARY = r"^(arguments|loss|lora|datasets\.\d+\.(loss|weight))(\.[A-Za-z0-9_]+)*$|^base_model$"
"""Not the rows, what they are measured by, nor the seed, which divides them: then the trials would
be judged by different rows, and could not be compared."""


class Varied(Strict):
    """A place and what it may be: anything from `low` to `high`, or one of `choices`."""

    path: str = Field(pattern=MAY_VARY, max_length=200, examples=["arguments.learning_rate"])
    low: float | None = Field(None, allow_inf_nan=False)
    high: float | None = Field(None, allow_inf_nan=False)
    is_log: bool = Field(False, description="Twice as much is as far as half as much.")
    is_whole: bool = Field(False, description="Whole numbers only.")
    choices: list[Plain] | None = Field(None, min_length=1, max_length=50)

    @model_validator(mode="after")
    def _is_a_range_or_choices(self) -> "Varied":
        has_range = self.low is not None and self.high is not None
        if has_range == (self.choices is not None) or (self.low is None) != (self.high is None):
            raise ValueError("give either low and high, or choices")
        if self.low is not None and self.high is not None:
            if not self.low < self.high:
                raise ValueError("low comes below high")
            if self.is_log and self.low <= 0:
                raise ValueError("a logarithmic range begins above 0")
            if self.is_whole and not (self.low.is_integer() and self.high.is_integer()):
                raise ValueError("a range of whole numbers has whole ends")
        return self

    @property
    def ends(self) -> list[Plain]:
        """What shows whether all of it is sound: both ends, or every choice."""
        if self.choices is not None:
            return self.choices
        return [self._value(end) for end in (self.low, self.high) if end is not None]

    def has(self, value: object) -> bool:
        if self.choices is not None:
            return value in self.choices
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        assert self.low is not None
        assert self.high is not None
        return is_number and self.low <= float(str(value)) <= self.high

    def _value(self, end: float) -> Plain:
        return int(end) if self.is_whole else end


def with_values(recipe: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe with these values at these places."""
    changed: dict[str, Any] = copy.deepcopy(dict(recipe))
    for path, value in values.items():
        *above, last = path.split(".")
        place: Any = changed
        for name in above:
            if isinstance(place, list):
                place = place[int(name)]
            else:
                if place.get(name) is None:
                    place[name] = {}
                place = place[name]
        place[last] = value
    return changed


def values_in(recipe: Mapping[str, Any], space: Sequence[Varied]) -> dict[str, Any]:
    """What a recipe has at the places that vary."""
    return {varied.path: _at(recipe, varied.path) for varied in space}


def _at(recipe: Any, path: str) -> Any:
    for name in path.split("."):
        try:
            recipe = recipe[int(name)] if isinstance(recipe, list) else recipe[name]
        except (LookupError, TypeError):
            return None
    return recipe
