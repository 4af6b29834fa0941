"""A spool is read by whole lines, and what a dead worker left in one is not lost."""

import json

import pytest

from worker.jobs.report import Report
from worker.supervisor import spool


def steps(path, offset):
    return [fact.data["step"] for fact in spool.read(path, offset).facts]


@pytest.fixture
def tell(tmp_path):
    def tell(name, *steps):
        report = Report(tmp_path / name)
        for step in steps:
            report.metrics(step, 0.1, loss=1.0)
        return tmp_path / name

    return tell


def test_a_half_written_line_waits_until_it_is_whole(tell):
    path = tell("spool", 1, 2)
    with path.open("a") as file:
        file.write('{"kind": "metr')
    assert steps(path, 0) == [1, 2]
    assert spool.read(path, 0).upto == spool.whole_bytes(path)


def test_the_next_attempt_brings_home_what_the_killed_one_left(tell, tmp_path):
    first = tell("first", 1, 2, 3)
    upto = len(first.read_bytes().splitlines(keepends=True)[0])
    with first.open("a") as file:
        file.write('{"kind": "metr')
    second = tmp_path / "second"
    spool.carry_on([first], upto, second)
    tell("second", 3, 4)
    assert steps(second, upto) == [2, 3, 3, 4]


def test_what_two_attempts_left_comes_home_with_the_third(tell, tmp_path):
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    tell("first", 1, 2)
    spool.carry_on([first], 0, second)
    tell("second", 3)
    spool.carry_on([first, second], 0, third)
    assert steps(third, 0) == [1, 2, 3]


@pytest.mark.parametrize("upto", [0, 1000])
def test_where_earlier_spools_are_on_another_machine_offsets_stay_true(tell, tmp_path, upto):
    new = tmp_path / "new"
    spool.carry_on([tmp_path / "not here"], upto, new)
    tell("new", 7)
    read = spool.read(new, upto)
    assert [fact.data["step"] for fact in read.facts] == [7]
    assert read.upto == spool.whole_bytes(new)
    assert json.loads(new.read_bytes()[upto:])["kind"] == "metrics"


def test_where_an_older_database_knows_less_each_attempt_tells_its_own_part(tell, tmp_path):
    first = tell("first", 1, 2, 3)
    line = len(first.read_bytes()) // 3
    second = tmp_path / "second"
    spool.carry_on([first], 2 * line, second)
    tell("second", 4)
    tell("first", 9)  # it went on after it was given up
    third = tmp_path / "third"
    spool.carry_on([first, second], line, third)
    assert steps(third, line) == [2, 3, 4]
