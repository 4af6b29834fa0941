"""Each attempt works in a folder that no other ever wrote into."""

from worker.supervisor.attempt_folders import free_for, newest_of, oldest_first


def test_a_number_that_is_dealt_twice_gets_another_folder(tmp_path):
    made = []
    for attempt in (1, 2, 2, 10, 2):
        made.append(free_for(tmp_path, attempt))
        made[-1].mkdir()
    names = ["attempt-1", "attempt-2", "attempt-2.1", "attempt-10", "attempt-2.2"]
    assert [path.name for path in made] == names


def test_they_are_told_in_the_order_of_their_numbers(tmp_path):
    for name in ("attempt-10", "attempt-2.1", "attempt-2", "attempt-1", "attempt-x"):
        (tmp_path / name).mkdir()
    found = [path.name for path in oldest_first(tmp_path)]
    assert found == ["attempt-1", "attempt-2", "attempt-2.1", "attempt-10"]


def test_who_helps_finds_the_folder_that_was_begun_last(tmp_path):
    for name in ("attempt-2", "attempt-2.1", "attempt-20"):
        (tmp_path / name).mkdir()
    assert newest_of(tmp_path, 2).name == "attempt-2.1"
    assert newest_of(tmp_path, 3).name == "attempt-3"
