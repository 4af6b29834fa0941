"""The plan's fold "Try a few settings": which field is which place of a recipe. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from backend.experiments.schemas import ExperimentIn
from backend.experiments.space import Varied
from backend.problems import Invalid, Pointer, Problem
from backend.recipes.loss_form import number

RATE = "arguments.learning_rate"
BATCH = "arguments.per_device_train_batch_size"
ROUNDS = "arguments.num_train_epochs"


def experiment_of(form: Mapping[str, str], recipe: dict[str, Any]) -> ExperimentIn:
    """What a sent form means. An empty field isn't varied.

    Raises Invalid where it means nothing.
    """
    try:
        return ExperimentIn(
            recipe=recipe,
            space=list(_space(form)),
            trials=number(form.get("try_trials", "")),
            at_once=number(form.get("try_at_once", "")),
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ", ".join(str(part) for part in first["loc"])
        raise Invalid(
            Problem(
                code="cannot_try",
                title="These settings can't be tried",
                detail=f"{place}: {first['msg']}. Give a learning rate from and to, the others as "
                "numbers with commas between; leave empty what is to stay as planned.",
                at=Pointer("/space"),
            )
        ) from error


def _space(form: Mapping[str, str]) -> Iterator[Varied]:
    low, high = form.get("try_rate_low", "").strip(), form.get("try_rate_high", "").strip()
    if low or high:
        yield Varied(path=RATE, low=number(low), high=number(high), is_log=True)
    for name, path in (("try_batches", BATCH), ("try_rounds", ROUNDS)):
        choices = [number(each) for each in form.get(name, "").split(",") if each.strip()]
        if choices:
            yield Varied(path=path, choices=choices)
