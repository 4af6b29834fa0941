"""Every point at which a process can die between a write and the next: what is left is whole."""

import os
import re
import shutil
from functools import partial
from pathlib import Path

import pytest

from backend import fault_points
from tests.conftest import MEMORY
from tests.faults.forked import Failing, LossOfPower, die_at, end_well, passed_points
from tests.faults.stories import STORIES

ROOT = Path(__file__).parents[2]
IN_REAL_TRAININGS = frozenset(
    {"train.phase", "train.step", "train.model saved", "attempt.stored", "attempt.ended"}
)
"""Walked by the cells of the matrix: it takes a worker and a training to pass them."""


def all_points() -> set[str]:
    rooms = ("backend", "worker", "likewise", "alembic")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return {
        name for path in files for name in re.findall(r'fault_point\("(.+?)"\)', path.read_text())
    }


def killed(_: Path) -> Failing:
    return Failing(fault_points.HOW["kill"])


def full(_: Path) -> Failing:
    return Failing(fault_points.HOW["full"])


def marks(has_database: bool, is_killed: bool) -> list[pytest.MarkDecorator]:
    """A walk with a database takes 10 s: CI does one of its three."""
    if is_killed:
        return [pytest.mark.slow] if has_database else []
    return [pytest.mark.faults if has_database else pytest.mark.slow]


WALKS = [
    pytest.param(
        name,
        how,
        id=f"{name}, {how.__name__}",
        marks=marks(story.has_database, how is killed),
    )
    for name, story in STORIES.items()
    for how in (killed, full, LossOfPower)
]


@pytest.fixture
def begin(tmp_path):
    """Makes a story's folder anew, as it was before the first try."""
    place = (MEMORY if MEMORY.is_dir() else tmp_path) / f"crash-{os.getpid()}"
    before = tmp_path / "before"

    def begin(story):
        shutil.rmtree(place, ignore_errors=True)
        if not before.exists():
            before.mkdir()
            story.before(before)
        shutil.copytree(before, place)
        return place

    yield begin
    shutil.rmtree(place, ignore_errors=True)


def test_every_point_in_the_code_is_walked():
    walked = {name for story in STORIES.values() for name in story.points} | IN_REAL_TRAININGS
    assert all_points() == walked


@pytest.mark.parametrize(("name", "how"), WALKS)
def test_whatever_dies_leaves_what_is_whole_and_can_be_finished(name, how, begin):
    story = STORIES[name]
    folder = begin(story)
    story.work(folder)  # what it imports late is imported now, not in each fork
    folder = begin(story)
    passed = passed_points(partial(story.work, folder), folder)
    assert set(passed) == story.points
    for point, times in passed.items():
        for nth in range(1, times + 1):
            folder = begin(story)
            die_at(point, nth, partial(story.work, folder), how(folder))
            story.is_whole(folder)
            end_well(partial(story.work, folder))
            story.is_done(folder)
