"""Every cell of the fault matrix: the fault comes, and the five invariants hold after it."""

import pytest

from tests.faults.invariants import assert_whole
from tests.faults.matrix import Place, places


def marks(place: Place) -> list[pytest.MarkDecorator]:
    if place.cell is None:
        return [pytest.mark.faults, pytest.mark.skip(reason=place.reason)]
    in_ci = place.cell.in_ci and place.backend == "embedded"
    return [pytest.mark.slow if in_ci else pytest.mark.faults]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "place", [pytest.param(place, id=place.id, marks=marks(place)) for place in places()]
)
def test_after_the_fault_all_is_whole(place, stage, undisturbed):
    cast = place.cell.act(stage)
    assert_whole(stage, cast, undisturbed)


def test_every_row_says_what_is_right_and_every_missing_cell_why():
    assert all(place.row.right and (place.cell or place.reason) for place in places())
