"""Every row of a loss says of its class what the class says: its parameters, and what it takes."""

import inspect

import pytest
import torch
from torch import Tensor

from backend.catalog.losses import LOSSES as ROWS
from backend.catalog.rows import Accepts, Label, LossRow
from backend.catalog.samplers import SAMPLERS
from tests.tiny_model import sentences
from worker.engine.losses import CoSENTLoss
from worker.engine.losses.by_name import LOSSES, make

FROM_CODE_ALONE = {
    *("model", "loss_fct", "cos_score_transformation"),
    *("show_progress_bar", "decoder_name_or_path", "tie_encoder_decoder"),
}
"""Parameters that no recipe carries: modules, what speaks to a terminal, folders on a disk."""

FILLED = {"embedding_dimension": 32, "num_labels": 2}
BATCH = 4

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*labels of 0 and 1:UserWarning", "ignore:.*a name of before:DeprecationWarning"
)

by_name = pytest.mark.parametrize("name", ROWS)

FORMS = [(row, form) for row in ROWS.values() for form in row.accepts]
WITH_WIDTHS = [(row, form) for row, form in FORMS if form.widths]


def by_form(forms):
    return pytest.mark.parametrize(
        ("row", "form"), forms, ids=lambda v: v.name if isinstance(v, LossRow) else v.in_words
    )


def made(row, model):
    """The loss with its row's defaults, over `model`; what else it needs is as small as can be."""
    values = {parameter.name: parameter.default for parameter in row.parameters}
    values |= {name: FILLED[name] for name in row.filled}
    values |= dict.fromkeys(row.models, model)
    return make(row.name, model, values | ({"loss": CoSENTLoss(model)} if row.wraps else {}))


def label_of(form: Accepts, columns: int, width: int | None) -> Tensor | None:
    low, high = form.between or (0.0, 1.0)
    return {
        Label.NONE: None,
        Label.BINARY: torch.tensor([0, 1, 0, 1]),
        Label.CLASS: torch.tensor([0, 1, 0, 1]),
        Label.PROBABILITIES: torch.full((BATCH, FILLED["num_labels"]), 0.5),
        Label.SCORE: torch.linspace(low, high, BATCH),
        Label.SCORES: torch.rand(BATCH, width or 1),
        Label.EMBEDDING: torch.rand(BATCH, 32),
        Label.EMBEDDINGS: torch.rand(BATCH, width or 1, 32),
    }[form.label]


def value_of(loss, model, form, columns, width):
    texts = [model.tokenize(sentences(BATCH, seed=i)) for i in range(columns)]
    value = loss(texts, label_of(form, columns, width))
    return sum(value.values()) if isinstance(value, dict) else value


def counts(form: Accepts) -> range:
    fewest = len(form.inputs)
    return range(fewest, fewest + 3) if form.repeats else range(fewest, fewest + 1)


def test_losses_and_rows_are_the_same():
    assert set(LOSSES) == set(ROWS)


@by_name
def test_the_parameters_of_a_loss_are_those_of_its_row(name):
    row = ROWS[name]
    signature = inspect.signature(LOSSES[name]).parameters
    settable = {n: p for n, p in signature.items() if n not in FROM_CODE_ALONE}
    told = {p.name for p in row.parameters} | set(row.filled) | set(row.models)
    assert set(settable) == told | ({"loss"} if row.wraps else set())
    for parameter in row.parameters:
        default = settable[parameter.name].default
        if not parameter.required:
            assert default == named(name, parameter.name, parameter.default)


def named(loss, parameter, value):
    """What a name of the row stands for: a function where the loss says so."""
    home = LOSSES[loss].functions.get(parameter)
    return getattr(home, value) if home and isinstance(value, str) else value


@by_name
def test_every_named_choice_of_a_loss_exists(name):
    for parameter in ROWS[name].parameters:
        if parameter.name in LOSSES[name].functions:
            assert all(callable(named(name, parameter.name, c)) for c in parameter.choices)


@by_name
def test_a_default_is_a_value_that_its_row_allows(name):
    assert [p.name for p in ROWS[name].parameters if p.complaint(p.default)] == []


@by_name
def test_the_sampler_of_a_loss_exists(name):
    assert ROWS[name].sampler in SAMPLERS


@by_form(FORMS)
def test_a_loss_takes_each_form_of_its_row_and_learns_from_it(row, form, model):
    for columns in counts(form):
        for width in [columns + more for more in form.widths] or [None]:
            assert form.takes(columns, width)
            loss = made(row, model)
            value = value_of(loss, model, form, columns, width)
            value.backward()
            assert torch.isfinite(value)
            assert any(p.grad is not None and p.grad.any() for p in model.parameters())
            model.zero_grad()


@by_form(WITH_WIDTHS)
def test_a_list_of_a_width_that_its_row_leaves_out_is_refused(row, form, model):
    for columns in counts(form):
        for width in range(1, columns + 3):
            if not form.takes(columns, width):
                with pytest.raises(ValueError, match="label column"):
                    value_of(made(row, model), model, form, columns, width)
