"""Following a run over a connection that breaks again and again."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from likewise.client import ApiError, Client

EVENTS = 10
A_CONNECTION = 3


class Breaking(BaseHTTPRequestHandler):
    """An event stream that breaks off after three events, sending the last of before once more."""

    asked: list[int]

    def do_GET(self) -> None:
        if "run_missing" in self.path:
            self._refuse()
            return
        after = int(self.headers["Last-Event-ID"])
        self.asked.append(after)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b": a comment\nretry: 2000\n\n")
        first = max(1, after)
        last = min(first + A_CONNECTION - 1, EVENTS)
        for seq in range(first, last + 1):
            self.wfile.write(frame(seq))
        if last == EVENTS:
            self.wfile.write(b"event: end\ndata: {}\n\n")

    def _refuse(self) -> None:
        body = json.dumps({"title": "No such run", "code": "not_found", "status": 404}).encode()
        self.send_response(404)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: pytest's output is for failures."""


def frame(seq: int) -> bytes:
    event = {
        "seq": seq,
        "at": "2026-11-23T12:00:00Z",
        "attempt": 1,
        "kind": "metrics",
        "data": {"step": seq, "loss": 1 / seq},
        "schema": 1,
    }
    return f"id: {seq}\nevent: metrics\ndata: {json.dumps(event)}\n\n".encode()


@pytest.fixture
def breaking() -> Iterator[str]:
    Breaking.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Breaking)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_event_is_lost_and_none_comes_twice(breaking: str) -> None:
    with Client(breaking) as client:
        seqs = [event.seq for event in client.follow("run_1")]
    assert seqs == list(range(1, EVENTS + 1))


def test_each_connection_asks_for_what_follows_the_last_event_seen(breaking: str) -> None:
    with Client(breaking) as client:
        list(client.follow("run_1", after=2))
    assert Breaking.asked == [2, 4, 6, 8]


def test_a_refusal_is_no_broken_connection(breaking: str) -> None:
    with Client(breaking) as client, pytest.raises(ApiError, match="No such run"):
        list(client.follow("run_missing"))
