"""What the plan says of a proposal's past is of what is proposed today."""

import io

import pyarrow.csv as pc
import pytest

from backend.catalog.track_record import TRACK_RECORD, tried_with
from backend.datasets.facts import table_facts
from backend.ids import new_id
from backend.recipes.goals import goal_of
from backend.recipes.recommend import recommend
from bench.recipes.tables import Spreadsheet, spreadsheets
from tests.real_data import needed, real

pytestmark = needed


def proposed(table: Spreadsheet) -> dict[str, object]:
    rows = pc.read_csv(
        io.BytesIO(table.as_csv()), parse_options=pc.ParseOptions(newlines_in_values=True)
    )
    recipe = recommend(new_id("dsv"), table_facts(rows.schema, rows.to_batches()))
    assert recipe is not None
    return recipe.model_dump(mode="json")


@pytest.mark.parametrize("table", spreadsheets(real("")) if needed.args[0] is False else [])
def test_what_is_proposed_for_the_real_datasets_is_what_was_tried(table):
    record = next(record for record in TRACK_RECORD if record.dataset == table.name)
    recipe = proposed(table)
    assert (record.rows, record.loss) == (len(table.rows), recipe["loss"]["name"])
    assert record.goal == goal_of(recipe)


def test_a_loss_without_a_past_has_that_of_its_goal():
    record = TRACK_RECORD[0]
    assert record in tried_with(record.loss, None)
    assert record in tried_with("ContrastiveTensionLoss", record.goal)
    assert tried_with("ContrastiveTensionLoss", None) == []
