"""What the plan says became of proposals is of what is proposed today."""

from pathlib import Path

import pytest

from backend.catalog.columns import TableFacts
from backend.catalog.track_record import TRACK_RECORD, Record, tried_with
from backend.datasets.advice import recommended
from backend.datasets.reading.table import read_tables
from backend.recipes.diagnose import advise
from backend.recipes.goals import goal_of
from backend.recipes.schemas import Recipe
from bench.recipes.tables import spreadsheets
from tests.backend.recipes.plans import VERSION
from tests.real_data import FOLDER, needed

NAMES = sorted(record.dataset for record in TRACK_RECORD)


def of(dataset: str) -> Record:
    return next(record for record in TRACK_RECORD if record.dataset == dataset)


def proposed(dataset: str, folder: Path) -> tuple[Recipe, TableFacts]:
    """What the studio proposes today, and for what."""
    [table] = [each for each in spreadsheets(Path(str(FOLDER))) if each.name == dataset]
    file = folder / f"{dataset}.csv"
    file.write_bytes(table.as_csv())
    facts = read_tables([(file, file.name)], folder / "rows.parquet").written.facts
    return recommended(VERSION, facts, None), facts


@needed
def test_each_real_dataset_has_its_record():
    assert [table.name for table in spreadsheets(Path(str(FOLDER)))] == [
        r.dataset for r in TRACK_RECORD
    ]


@needed
@pytest.mark.parametrize("dataset", NAMES)
def test_what_was_measured_is_what_is_proposed(dataset, tmp_path):
    sound, facts = proposed(dataset, tmp_path)
    record = of(dataset)
    assert (record.rows, record.loss) == (facts.rows, sound.loss.name)
    assert record.goal == goal_of(sound.model_dump(mode="json"))


@needed
@pytest.mark.parametrize("dataset", NAMES)
def test_a_proposal_beats_its_base_or_the_plan_says_that_it_may_not(dataset, tmp_path):
    record = of(dataset)
    sound, facts = proposed(dataset, tmp_path)
    warned = [each.code for each in advise(sound, {sound.datasets[0].version: facts})]
    assert record.ci95[0] > 0 or "few_to_prove" in warned


@pytest.mark.parametrize("dataset", NAMES)
def test_figures_agree_with_each_other(dataset):
    record = of(dataset)
    low, high = record.ci95
    assert low <= record.after - record.before <= high
    assert 0 <= record.regret <= 1


def test_a_loss_without_a_record_has_that_of_its_goal():
    [one, *_] = TRACK_RECORD
    assert one in tried_with(one.loss, None)
    assert one in tried_with("a loss that nobody tried", one.goal)
    assert tried_with("a loss that nobody tried", None) == []
