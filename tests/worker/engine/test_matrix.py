"""Every form of data with every loss: what the catalogue says of a cell, the engine does.

"Fits": three steps run. "Does not fit": the trainer refuses in words before a step is done. "Fits
after a change": with each change that is offered three steps run; before it the trainer refuses,
too, but for what scripts have always been let do: a label that the loss does not read, and scores
on another scale, of which it warns.

All cells take minutes and are marked slow; every day a cell of each loss or each form of data runs.
"""

import copy
import gc
from collections import Counter
from functools import cache

import jsonpatch
import pyarrow as pa
import pytest
import torch
from datasets import Dataset
from datasets.table import InMemoryTable

from backend.catalog.losses import LOSSES
from backend.catalog.rows import Label
from backend.datasets import mapped
from backend.datasets.facts import table_facts
from backend.datasets.judgements import answered
from backend.datasets.training_parts import Part
from backend.recipes.fits import Fitness, fits
from backend.recipes.format_of import Format
from backend.recipes.formats import recognise
from backend.recipes.losses import fitting, form_of, innermost, to_begin_with
from backend.recipes.schemas import Mapping
from tests.tiny_model import sentences, write_tiny_bert
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer
from worker.jobs.making_losses import made

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")

ROWS = 16
DIMENSIONS = 32
ONE, TWO, THREE, FOUR = (sentences(ROWS, seed) for seed in range(1, 5))
TEXT = {"text": ONE}
PAIR = {"one": ONE, "other": TWO}
TRIPLET = {"anchor": ONE, "positive": TWO, "negative": THREE}
TUPLE = {**TRIPLET, "negative_2": FOUR}

CLASSES = [n % 3 for n in range(ROWS)]
YES_NO = [n % 2 for n in range(ROWS)]
SHARE = [n / (ROWS - 1) for n in range(ROWS)]
FIVE = [5 * share for share in SHARE]
MARGINS = [9 * share - 3 for share in SHARE]
SHARES = [[share, 1 - share] for share in SHARE]
VECTORS = torch.randn(ROWS, DIMENSIONS, generator=torch.Generator().manual_seed(0)).tolist()


def lists(width):
    return [[margin - place for place in range(width)] for margin in MARGINS]


LEFT_OUT = [[1.0, 0.5, -torch.inf if n % 2 else 0.2] for n in range(ROWS)]

DATA = {
    "texts": (TEXT, None, Format.TEXTS),
    "text + class": (TEXT, CLASSES, Format.TEXT_CLASS),
    "text + binary": (TEXT, YES_NO, Format.TEXT_CLASS),
    "text + score": (TEXT, SHARE, Format.OTHER),
    "text + probabilities": (TEXT, SHARES, Format.OTHER),
    "text + embedding": (TEXT, VECTORS, Format.TEACHER_EMBEDDINGS),
    "pairs": (PAIR, None, Format.PAIRS),
    "judged pairs": ({"query": ONE, "document": TWO, "grade": YES_NO}, None, Format.JUDGED),
    "parallel": ({"en": ONE, "de": TWO}, None, Format.PARALLEL),
    "pair + class": (PAIR, CLASSES, Format.PAIR_CLASS),
    "pair + probabilities": (PAIR, SHARES, Format.PAIR_CLASS),
    "pair + binary": (PAIR, YES_NO, Format.PAIR_BINARY),
    "pair + 0.0 or 1.0": (PAIR, [float(n) for n in YES_NO], Format.PAIR_BINARY),
    "pair + score to 1": (PAIR, SHARE, Format.PAIR_SCORE),
    "pair + score to 5": (PAIR, FIVE, Format.PAIR_SCORE),
    "pair + embedding": (PAIR, VECTORS, Format.TEACHER_EMBEDDINGS),
    "triplets": (TRIPLET, None, Format.TRIPLETS),
    "triplet + class": (TRIPLET, CLASSES, Format.TEACHER_SCORES),
    "triplet + binary": (TRIPLET, YES_NO, Format.TEACHER_SCORES),
    "triplet + score": (TRIPLET, SHARE, Format.TEACHER_SCORES),
    "triplet + margin": (TRIPLET, MARGINS, Format.TEACHER_SCORES),
    "triplet + scores": (TRIPLET, lists(2), Format.TEACHER_SCORES),
    "triplet + list of one": (TRIPLET, lists(1), Format.TEACHER_SCORES),
    "triplet + list too long": (TRIPLET, lists(4), Format.OTHER),
    "triplet + embedding": (TRIPLET, VECTORS, Format.TEACHER_EMBEDDINGS),
    "tuples": (TUPLE, None, Format.TUPLES),
    "tuple + margins": (TUPLE, lists(2), Format.TEACHER_SCORES),
    "tuple + scores": (TUPLE, lists(3), Format.TEACHER_SCORES),
    "tuple + scores, some left out": (TUPLE, LEFT_OUT, Format.TEACHER_SCORES),
}


@cache
def prepared(name):
    """The table, the mapping and the facts of a form of data."""
    texts, label, _ = DATA[name]
    table = pa.table({**texts, **({} if label is None else {"label": label})})
    grade = "grade" if "grade" in texts else None
    inputs = [column for column in texts if column != grade]
    mapping = Mapping(inputs=inputs, label=None if label is None else "label", grade=grade)
    return table, mapping, table_facts(table.schema, table.to_batches())


@cache
def answers(name):
    _, mapping, facts = prepared(name)
    return {fit.loss.name: fit for fit in fits(mapping, facts)}


def use_of(loss, mapping, facts):
    """The loss with something to begin with; a wrapper round what fits, or what would not."""
    row = LOSSES[loss]
    inner = next((each.name for each in fitting([(mapping, facts)])), next(iter(LOSSES)))
    use = to_begin_with(row, DIMENSIONS, inner)
    return use.model_copy(
        update={"parameters": use.parameters | dict.fromkeys(row.models, "a guide")}
    )


def run(model, folder, name, mapping, loss):
    """Three steps; the number of those that were done."""
    table, _, facts = prepared(name)
    use = use_of(loss, mapping, facts)
    rows = answered(table, mapping)
    form = form_of(use, mapping, facts)
    label = None if mapping.label is None else rows.column(mapping.label)
    plain = mapped.apply_mapping(rows, mapping, form.label if form else Label.NONE)
    if label is not None and "label" not in plain.column_names:
        plain = plain.append_column("label", label)  # as a script would give it
    width = facts.column(mapping.label).list_length if mapping.label and form else None
    part = Part(rows=plain, classes=width or 3, width=width)
    learner = copy.deepcopy(model)
    trainer = SentenceTransformerTrainer(
        learner,
        SentenceTransformerTrainingArguments(
            output_dir=str(folder),
            max_steps=3,
            per_device_train_batch_size=4,
            batch_sampler=LOSSES[innermost(use).name].sampler,
            save_strategy="no",
            logging_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
            dataloader_pin_memory=False,
        ),
        train_dataset=Dataset(InMemoryTable(plain)),
        loss=made(use, learner, part, lambda *_: model),
    )
    trainer.train()
    return trainer.state.global_step


def is_left_unread(name, loss):
    """Whether there is a label that the loss, or the one that it would wrap, takes no heed of."""
    _, mapping, facts = prepared(name)
    row = LOSSES[innermost(use_of(loss, mapping, facts)).name]
    kinds = {form.label for form in row.accepts if form.takes(len(mapping.inputs))}
    label = facts.column(mapping.label or "")
    return kinds == {Label.NONE} and label is not None and label.hole_row is None


def is_on_another_scale(name, loss):
    return "compares scores with cosines" in (answers(name)[loss].because or "")


CELLS = [(name, loss) for name in DATA for loss in LOSSES]
SAYS = {(name, loss): answers(name)[loss].fitness for name, loss in CELLS}
FITTING = [cell for cell in CELLS if SAYS[cell] is Fitness.FITS]
CHANGEABLE = [cell for cell in CELLS if SAYS[cell] is Fitness.AFTER_A_CHANGE]
CHANGES = [(*cell, fix) for cell in CHANGEABLE for fix in answers(cell[0])[cell[1]].fixes]
UNREAD = [cell for cell in CHANGEABLE if is_left_unread(*cell)]
SCALED = [cell for cell in CHANGEABLE if is_on_another_scale(*cell)]
REFUSED = [cell for cell in CELLS if cell not in FITTING + UNREAD + SCALED]


FORM, LOSS = 0, 1


def mostly_slow(cells, *of_each):
    """All of them; every day the first of each form of data, of each loss, or of both."""
    first = {cell[at]: cell for cell in reversed(cells) for at in of_each}.values()
    slow = pytest.mark.slow
    return [
        pytest.param(*cell, marks=[] if cell in first else slow, id="-".join(cell[:2]))
        for cell in cells
    ]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = write_tiny_bert(tmp_path_factory.mktemp("matrix") / "bert", dropout=0.2)
    gc.freeze()  # each training ends with a collection; of all that is imported it takes 0.3 s
    yield SentenceTransformer(folder, device="cpu")
    gc.unfreeze()


@pytest.mark.parametrize("name", DATA)
def test_every_form_is_recognised(name):
    _, mapping, facts = prepared(name)
    assert recognise(facts, mapping).format is DATA[name][2]


def test_the_matrix_is_whole():
    """A BEIR folder becomes judged pairs by its columns' names alone; the losses see no other."""
    assert {form for _, _, form in DATA.values()} == set(Format) - {Format.BEIR, Format.NO_TEXTS}
    assert len(CELLS) == 29 * 29
    assert Counter(SAYS.values()) == {
        Fitness.FITS: len(FITTING),
        Fitness.AFTER_A_CHANGE: len(CHANGEABLE),
        Fitness.NO: len(set(REFUSED) - set(CHANGEABLE)),
    }


@pytest.mark.parametrize(("name", "loss"), mostly_slow(FITTING, FORM, LOSS))
def test_what_fits_runs_three_steps(model, tmp_path, name, loss):
    _, mapping, _facts = prepared(name)
    assert run(model, tmp_path, name, mapping, loss) == 3


@pytest.mark.parametrize(("name", "loss"), mostly_slow(REFUSED, FORM, LOSS))
def test_what_does_not_fit_is_refused(model, tmp_path, name, loss):
    _, mapping, _facts = prepared(name)
    with pytest.raises(ValueError, match=r"\w+ \w+ \w+"):
        run(model, tmp_path, name, mapping, loss)


@pytest.mark.parametrize(("name", "loss", "fix"), mostly_slow(CHANGES, LOSS))
def test_with_the_change_that_is_offered_three_steps_run(model, tmp_path, name, loss, fix):
    _, mapping, _facts = prepared(name)
    changed = jsonpatch.apply_patch(mapping.model_dump(mode="json"), fix.patch)
    assert run(model, tmp_path, name, Mapping.model_validate(changed), loss) == 3


@pytest.mark.parametrize(("name", "loss"), mostly_slow(SCALED, FORM))
def test_scores_on_another_scale_are_warned_of(model, tmp_path, caplog, name, loss):
    _, mapping, _facts = prepared(name)
    run(model, tmp_path, name, mapping, loss)
    assert "Scale it" in caplog.text


@pytest.mark.parametrize(("name", "loss"), mostly_slow(UNREAD, FORM))
def test_a_label_that_a_loss_does_not_take_is_left_unread(model, tmp_path, name, loss):
    _, mapping, _facts = prepared(name)
    assert run(model, tmp_path, name, mapping, loss) == 3
