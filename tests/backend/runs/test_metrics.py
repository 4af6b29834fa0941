"""A run's figures over REST: thinned, true at their extremes, and of the latest attempt."""

import pytest

from backend.ids import WorkerId
from backend.runs import claims, metrics, outcomes
from backend.runs.claims import Beat
from backend.runs.events import Fact
from backend.runs.states import Outcome
from tests.runs.test_live import Writer


@pytest.fixture
def writer(studio):
    return Writer(studio)


class Attempts:
    """A worker that tells figures in beats of 200 events, attempt after attempt."""

    def __init__(self, studio, writer):
        self.studio, self.claim, self.told = studio, writer.claim, 0

    def tell(self, figures):
        for start in range(0, len(figures), 200):
            facts = [Fact("metrics", each) for each in figures[start : start + 200]]
            brought = Beat(spool_from=self.told, spool_upto=self.told + 1, facts=facts)
            with self.studio.database.writing() as session:
                claims.beat(session, self.claim, brought)
            self.told += 1

    def lose(self):
        with self.studio.database.writing() as session:
            outcomes.end(session, self.claim, Outcome.DRAINED)
        with self.studio.database.writing() as session:
            self.claim = claims.claim(session, ["gpu"], WorkerId.new(), 1)


@pytest.fixture
def attempts(studio, writer):
    return Attempts(studio, writer)


def curves(api, writer, **asked):
    answer = api.get(f"runs/{writer.run_id}/metrics", params=asked)
    assert answer.status_code == 200, answer.text
    return {found["key"]: found for found in answer.json()["items"]}, answer.json()


def steep(steps):
    """A curve with one low and one high that nothing else comes near."""
    odd = {777: -50.0, 1_901: 99.0}
    return [{"step": n, "loss": odd.get(n, 1 / (n + 1)), "epoch": n / 9} for n in range(steps)]


@pytest.mark.parametrize("few", [20_000, 10], ids=["from events", "from pieces"])
def test_a_curve_is_thinned_and_keeps_its_extremes(api, attempts, writer, monkeypatch, few):
    monkeypatch.setattr(metrics, "FEW_EVENTS", few)
    attempts.tell(steep(3_000))
    found, whole = curves(api, writer, keys="loss", max_points=100)
    loss = found["loss"]
    assert len(loss["steps"]) <= 102
    assert loss["points"] == 3_000
    assert loss["steps"] == sorted(loss["steps"])
    assert {(777, -50.0), (1_901, 99.0)} <= set(zip(loss["steps"], loss["values"], strict=True))
    assert loss["steps"][-1] == 2_999
    assert whole["keys"] == ["loss"]
    assert whole["last_seq"] == 3_002


@pytest.mark.parametrize("few", [20_000, 10], ids=["from events", "from pieces"])
def test_the_later_attempt_counts_of_a_step_that_was_trained_twice(
    api, attempts, writer, monkeypatch, few
):
    monkeypatch.setattr(metrics, "FEW_EVENTS", few)
    attempts.tell([{"step": n, "loss": 1.0} for n in range(1, 301)])
    attempts.lose()
    attempts.tell([{"step": n, "loss": 2.0} for n in range(150, 200)])
    found, _ = curves(api, writer)
    by_step = dict(zip(found["loss"]["steps"], found["loss"]["values"], strict=True))
    assert {value for step, value in by_step.items() if step < 150} == {1.0}
    assert {value for step, value in by_step.items() if step >= 150} == {2.0}
    assert max(by_step) == 199


def test_a_window_of_steps_shows_every_point_in_it(api, attempts, writer, monkeypatch):
    monkeypatch.setattr(metrics, "FEW_EVENTS", 500)
    attempts.tell(steep(3_000))
    found, _ = curves(api, writer, keys="loss", from_step=700, to_step=900)
    assert found["loss"]["steps"] == list(range(700, 901))
    assert api.get(f"runs/{writer.run_id}/metrics?from_step=9&to_step=3").status_code == 422


def test_a_figure_that_was_never_told_is_left_out(api, attempts, writer):
    attempts.tell([{"step": 1, "loss": None}, {"step": 2, "loss": 0.5}])
    found, whole = curves(api, writer, keys="loss,nothing")
    assert list(found) == ["loss"]
    assert found["loss"]["steps"] == [2]
    assert whole["keys"] == ["loss"]


def test_the_log_has_its_newest_lines_or_those_after_a_number(api, attempts, writer):
    with attempts.studio.database.writing() as session:
        lines = [Fact("log", {"level": "info", "message": f"line {n}"}) for n in range(5)]
        claims.beat(session, attempts.claim, Beat(spool_from=0, spool_upto=1, facts=lines))
    logs = f"runs/{writer.run_id}/logs"
    newest = api.get(logs, params={"tail": 2}).json()
    assert [line["message"] for line in newest["items"]] == ["line 3", "line 4"]
    after = api.get(logs, params={"after": newest["items"][0]["seq"]}).json()
    assert [line["message"] for line in after["items"]] == ["line 4"]
    text = api.get(logs, headers={"Accept": "text/plain"}).text.splitlines()
    assert text[0].endswith("info    queued")
    assert text[-1].endswith("info    line 4")


def test_samples_of_the_machine_come_evenly_and_with_the_newest(api, attempts, writer):
    told = [
        {
            "host": {"cpu_percent": float(n), "memory_used_bytes": 10},
            "devices": [{"index": 0, "name": "GPU", "memory_used_bytes": n}],
        }
        for n in range(100)
    ]
    with attempts.studio.database.writing() as session:
        facts = [Fact("system", each) for each in told]
        claims.beat(session, attempts.claim, Beat(spool_from=0, spool_upto=1, facts=facts))
    answer = api.get(f"runs/{writer.run_id}/system-metrics?max_points=10").json()
    assert [item["host"]["cpu_percent"] for item in answer["items"]] == list(range(9, 100, 10))
    assert answer["samples"] == 100
    assert answer["items"][-1]["devices"][0]["memory_used_bytes"] == 99


def test_the_checkpoints_that_are_kept_are_listed(api, studio, writer):
    for attempt, step in ((1, 10), (1, 20), (2, 30)):
        place = studio.settings.jobs / writer.job_id / f"attempt-{attempt}" / "checkpoints"
        (place / f"checkpoint-{step}").mkdir(parents=True)
        (place / f"checkpoint-{step}" / "model.bin").write_bytes(b"12345")
        (place / f"checkpoint-{step}.part").mkdir()
    found = api.get(f"runs/{writer.run_id}/checkpoints").json()["items"]
    assert [(each["attempt"], each["step"]) for each in found] == [(2, 30), (1, 20), (1, 10)]
    assert found[0]["size_bytes"] == 5
