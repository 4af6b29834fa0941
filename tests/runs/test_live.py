"""Live events: in order, without a gap, whatever happens to connection, server or broker."""

import json
import socket
import struct
import threading
import time

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.accounts import tokens
from backend.accounts.people import THE_PERSON, THE_PROJECT, Scope
from backend.accounts.tables import ApiToken
from backend.ids import WorkerId
from backend.runs import claims, jobs, outcomes
from backend.runs.claims import Beat
from backend.runs.events import Fact
from backend.runs.states import JobKind, Outcome
from backend.runs.tables import Run
from backend.web import event_stream
from tests.people import House, with_accounts
from tests.processes import RunningServer, wait_until

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

    def tell_at_once(self, facts: list[Fact]) -> None:
        """Several facts in one beat, as a spool brings them."""
        brought = Beat(spool_from=self.told, spool_upto=self.told + len(facts), facts=facts)
        self.studio.database.retrying(lambda s: claims.beat(s, self.claim, brought))
        self.studio.broker.tell(self.job_id)
        self.told += len(facts)

    def end(self) -> None:
        self.studio.database.retrying(lambda s: outcomes.end(s, self.claim, Outcome.SUCCEEDED))
        self.studio.broker.tell(self.job_id)


class Reader(threading.Thread):
    """A client that hangs up after every `patience` events and comes back with Last-Event-ID."""

    def __init__(self, url: str, patience: int) -> None:
        super().__init__(daemon=True)
        self.url, self.patience = url, patience
        self.seen: list[int] = []
        self.is_over = False
        # One client for all calls: each new one reads all certificates of the machine.
        self._client = httpx2.Client(verify=False, timeout=10, trust_env=False)

    def run(self) -> None:
        while not self.is_over:
            try:
                self._listen()
            except httpx2.TransportError:
                time.sleep(0.2)  # the server is away; come back

    def give_up(self) -> None:
        self.is_over = True

    def _listen(self) -> None:
        headers = {"Accept": "text/event-stream"}
        if self.seen:
            headers["Last-Event-ID"] = str(self.seen[-1])
        heard = 0
        with self._client.stream("GET", self.url, headers=headers) as answer:
            self.is_over |= answer.status_code == 204
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
def settings(settings):
    """The writer beats only when it tells; between, it must not count as lost."""
    return settings.model_copy(update={"lost_seconds": 120.0})


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


def opened(server, writer, headers=None, receive_bytes=0):
    """A client of our own making, so that it can misbehave."""
    client = socket.socket()
    if receive_bytes:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    client.settimeout(15)
    client.connect(("127.0.0.1", server.port))
    said = {"Host": "127.0.0.1", "Accept": "text/event-stream", "Connection": "close"}
    lines = [f"{name}: {value}" for name, value in (said | (headers or {})).items()]
    request = [f"GET /api/v1/runs/{writer.run_id}/events HTTP/1.1", *lines, "", ""]
    client.sendall("\r\n".join(request).encode())
    return client


def heard(client):
    """All that comes until the other side closes."""
    said = b""
    while more := client.recv(65_536):
        said += more
    return said.decode()


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
    for _ in range(12):
        writer.tell_at_once([Fact("metrics", {"loss": 1.0})] * 100)  # more than are kept in memory
    writer.end()
    assert_gapless(readers_of(server, writer, patiences=[10_000]), events=2 + 1_200 + 1)


def test_viewers_of_two_servers_hear_the_same(server, studio, writer):
    with RunningServer(studio.settings) as other:
        readers = readers_of(server, writer, [7, 1_000]) + readers_of(other, writer, [7, 1_000])
        writer.tell(50)
        writer.end()
        assert_gapless(readers, events=2 + 50 + 1)


def test_a_viewer_may_come_back_to_another_server(server, studio, writer):
    with RunningServer(studio.settings) as other:
        [reader] = readers_of(other, writer, patiences=[1_000])
        writer.tell(20)
        wait_until(lambda: len(reader.seen) == 22, what="the first events")
        reader.url = reader.url.replace(other.url, server.url)
    writer.tell(20)
    writer.end()
    assert_gapless([reader], events=2 + 40 + 1)


def test_who_comes_back_after_the_end_is_told_to_stay_away(api, writer):
    writer.end()
    last = api.get(f"runs/{writer.run_id}").json()["last_seq"]
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last)}
    answer = api.get(f"runs/{writer.run_id}/events", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_viewer_whose_token_is_revoked_is_let_go_without_an_end(studio, writer):
    with RunningServer(with_accounts(studio.settings)) as server:
        home = House(server.app, TestClient(server.app))
        ada = home.person("ada@example.com")
        client = opened(server, writer, home.bearer(ada, THE_PROJECT, Scope.READ))
        wait_until(lambda: server.hub.viewers == 1)
        with studio.database.writing() as session:
            token = session.scalars(select(ApiToken)).one()
            tokens.revoke(session, home.who(ada), token.id)
        said = heard(client)
    assert "event: state" in said
    assert "event: end" not in said


def test_a_viewer_is_asked_again_whether_or_not_anything_was_revoked(server, writer, monkeypatch):
    monkeypatch.setattr("backend.runs.live.may_go_on", lambda *_: False)
    monkeypatch.setattr("backend.runs.live.RECHECK_SECONDS", 0.0)
    assert "event:" not in heard(opened(server, writer))


def test_a_client_that_never_reads_is_cut_off(server, writer, monkeypatch):
    monkeypatch.setattr(event_stream, "STALLED_SECONDS", 0.3)
    line = Fact("log", {"level": "info", "message": "x" * 20_000})
    for _ in range(10):
        writer.tell_at_once([line] * 50)  # 10 MB: more than all buffers on the way hold
    client = opened(server, writer, receive_bytes=4_096)
    wait_until(lambda: server.hub.viewers == 1)
    wait_until(lambda: server.hub.viewers == 0, what="the server to let go")
    assert len(heard(client)) < 10_000_000


def test_a_client_that_vanishes_is_let_go(server, writer):
    client = opened(server, writer)
    wait_until(lambda: server.hub.viewers == 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()  # by a reset
    wait_until(lambda: server.hub.viewers == 0, what="the server to let go")


def test_a_server_with_fifty_streams_says_goodbye_and_leaves(server, writer):
    clients = [opened(server, writer) for _ in range(50)]
    wait_until(lambda: server.hub.viewers == 50)
    server.stop()  # fails after 15 s
    assert all("retry:" in heard(client).rpartition("the server leaves")[2] for client in clients)


def test_a_server_does_not_wait_for_a_client_that_never_reads(server, writer):
    line = Fact("log", {"level": "info", "message": "x" * 20_000})
    for _ in range(10):
        writer.tell_at_once([line] * 50)
    with opened(server, writer, receive_bytes=4_096):
        wait_until(lambda: server.hub.viewers == 1)
        server.stop()
    assert server.hub.viewers == 0
