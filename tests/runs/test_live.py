"""Live events: in order, without a gap, whatever happens to connection, server or broker."""

import json
import threading

import httpx2
import pytest

from backend.accounts.people import THE_PERSON
from backend.ids import WorkerId
from backend.runs import claims, jobs
from backend.runs.claims import Beat
from backend.runs.events import Fact
from backend.runs.states import JobKind, Outcome
from backend.runs.tables import Run
from tests.processes import wait_until

RECIPE = {
    "datasets": [{"version": "dsv_01h455vb4pex5vsknk084sn02q", "mapping": {"inputs": ["a", "b"]}}],
    "loss": {"name": "MultipleNegativesRankingLoss"},
}


class Writer:
    """A worker that only tells: `count` metrics events, as a training would bring them."""

    def __init__(self, studio):
        self.studio = studio
        with studio.database.writing() as session:
            job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
            run = Run(project_id=job.project_id, job_id=job.id, name="r", recipe=RECIPE, job=job)
            session.add(run)
            session.flush()
            self.run_id, self.job_id = run.id, job.id
        with studio.database.writing() as session:
            self.claim = claims.claim(session, ["gpu"], WorkerId.new(), 1)
        self.told = 0

    def tell(self, count: int) -> None:
        for _ in range(count):
            facts = [Fact("metrics", {"step": self.told, "loss": 1.0})]
            brought = Beat(spool_from=self.told, spool_upto=self.told + 1, facts=facts)
            self.studio.database.retrying(lambda s, b=brought: claims.beat(s, self.claim, b))
            self.studio.broker.tell(self.job_id)
            self.told += 1

    def end(self) -> None:
        self.studio.database.retrying(lambda s: claims.end(s, self.claim, Outcome.SUCCEEDED))
        self.studio.broker.tell(self.job_id)


class Reader(threading.Thread):
    """A client that hangs up after every `patience` events and comes back with Last-Event-ID."""

    def __init__(self, url: str, patience: int) -> None:
        super().__init__(daemon=True)
        self.url, self.patience = url, patience
        self.seen: list[int] = []
        self.is_over = False

    def run(self) -> None:
        while not self.is_over:
            try:
                self._listen()
            except httpx2.TransportError:
                continue  # the server is away; come back

    def _listen(self) -> None:
        headers = {"Accept": "text/event-stream"}
        if self.seen:
            headers["Last-Event-ID"] = str(self.seen[-1])
        heard = 0
        with httpx2.stream("GET", self.url, headers=headers, timeout=10, trust_env=False) as answer:
            for line in answer.iter_lines():
                if line == "event: end":
                    self.is_over = True
                    return
                if line.startswith("data: {") and '"seq"' in line:
                    self.seen.append(json.loads(line[6:])["seq"])
                    heard += 1
                    if heard == self.patience:
                        return


@pytest.fixture
def writer(studio):
    return Writer(studio)


def readers_of(server, writer, patiences):
    url = f"{server.url}/api/v1/runs/{writer.run_id}/events"
    readers = [Reader(url, patience) for patience in patiences]
    for reader in readers:
        reader.start()
    return readers


def assert_gapless(readers, events):
    wait_until(lambda: all(reader.is_over for reader in readers), 30, "all readers to hear the end")
    for reader in readers:
        assert reader.seen == list(range(1, events + 1))


def test_many_viewers_that_hang_up_and_return_miss_nothing(server, writer):
    readers = readers_of(server, writer, patiences=[5, 17, 23, 1_000, 1_000, 1_000])
    writer.tell(150)
    writer.end()
    assert_gapless(readers, events=2 + 150 + 1)


def test_a_restart_of_the_server_loses_no_event(server, writer):
    readers = readers_of(server, writer, patiences=[1_000, 1_000])
    writer.tell(30)
    server.stop()
    writer.tell(30)
    server.start()
    writer.tell(30)
    writer.end()
    assert_gapless(readers, events=2 + 90 + 1)


def test_without_a_word_from_the_broker_viewers_look_by_themselves(server, writer, monkeypatch):
    monkeypatch.setattr(type(writer.studio.broker), "tell", lambda *_: None)
    readers = readers_of(server, writer, patiences=[1_000])
    writer.tell(5)
    writer.end()
    assert_gapless(readers, events=2 + 5 + 1)


def test_a_long_poll_answers_when_there_is_news(api, writer):
    known = api.get(f"runs/{writer.run_id}").json()
    threading.Timer(0.3, writer.tell, [1]).start()
    newer = api.get(f"runs/{writer.run_id}", params={"wait": 20}).json()
    assert newer["last_seq"] == known["last_seq"] + 1


def test_a_late_viewer_gets_the_whole_story(server, writer):
    writer.tell(1_200)  # more than are kept in memory
    writer.end()
    assert_gapless(readers_of(server, writer, patiences=[10_000]), events=2 + 1_200 + 1)
