"""Requests to addresses that people name never lead inside (security checklist, row 19)."""

import socket
import threading
import time
from ipaddress import ip_network

import pytest

from backend.web import outgoing
from backend.web.outgoing import AddressRefused, NotReached, Outgoing
from tests.receiver import certificate, receiving

LOOPBACK = [ip_network("127.0.0.0/8")]

LEAD_INSIDE = [
    "https://127.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://2130706433/",  # 127.0.0.1 in decimal
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://0/",
    "https://localhost/",
    "https://[::1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:7f00:1::]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
]

NO_ADDRESSES = [
    "http://93.184.215.14/",  # public, but everybody on the way could read it
    "ftp://93.184.215.14/",
    "file:///etc/passwd",
    "//93.184.215.14/",
    "https:///path",
    "https://user:password@93.184.215.14/",
    "https://93.184.215.14\\@127.0.0.1/",
    "https://\x00/",
    "",
]


@pytest.mark.parametrize("url", [*LEAD_INSIDE, *NO_ADDRESSES])
def test_an_address_that_leads_inside_is_refused(url):
    with pytest.raises(AddressRefused):
        Outgoing().send("POST", url)


def test_a_name_with_one_inner_address_among_public_ones_is_refused():
    way_out = Outgoing(resolve=lambda *_: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(AddressRefused):
        way_out.send("POST", "https://example.com/")


def test_a_name_that_turns_inside_after_the_look_changes_nothing():
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    with receiving() as receiver:
        way_out = Outgoing(LOOPBACK, resolve=lambda *_: answers.pop(0))
        assert way_out.send("POST", f"http://rebinding.example:{receiver.port}/").status == 204
    assert answers == [["169.254.169.254"]]  # it was asked once
    assert receiver.came[0].headers["host"] == f"rebinding.example:{receiver.port}"


def test_a_redirect_is_not_followed():
    with receiving() as receiver:
        receiver.statuses, receiver.headers = [302], {"Location": receiver.url}
        assert Outgoing(LOOPBACK).send("POST", receiver.url).status == 302
    assert len(receiver.came) == 1


def test_no_proxy_of_the_environment_is_asked(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:1")
    with receiving() as receiver:
        assert Outgoing(LOOPBACK).send("POST", receiver.url).status == 204


def test_over_tls_the_host_is_called_and_checked_by_its_name(tmp_path):
    server, client = certificate(tmp_path, "hooks.example")
    with receiving(server) as receiver:
        way_out = Outgoing(LOOPBACK, resolve=lambda *_: ["127.0.0.1"], tls=client)
        assert way_out.send("POST", f"https://hooks.example:{receiver.port}/").status == 204
        with pytest.raises(NotReached, match="certificate"):
            way_out.send("POST", f"https://other.example:{receiver.port}/")
    assert receiver.names == ["hooks.example", "other.example"]


def test_the_next_address_of_a_name_is_tried_where_one_does_not_answer():
    with receiving() as receiver:
        way_out = Outgoing(LOOPBACK, resolve=lambda *_: ["127.0.0.2", "127.0.0.1"])
        assert way_out.send("POST", f"http://two.example:{receiver.port}/").status == 204


def test_of_an_answer_no_more_is_read_than_was_asked_for():
    with receiving() as receiver:
        receiver.statuses, receiver.body = [200], b"x" * 1_000
        way_out = Outgoing(LOOPBACK)
        assert way_out.send("GET", receiver.url).body == b""
        assert len(way_out.send("GET", receiver.url, most_bytes=1_000).body) == 1_000
        with pytest.raises(NotReached, match="longer than 999 bytes"):
            way_out.send("GET", receiver.url, most_bytes=999)


def drip(listener: socket.socket) -> None:
    """A server that is never quiet for long, and never done."""
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for n in range(100):
            time.sleep(0.05)
            try:
                connection.sendall(f"X-{n}: y\r\n".encode())
            except OSError:
                return


def test_a_server_that_drips_does_not_hold_us_beyond_the_limit(monkeypatch):
    monkeypatch.setattr(outgoing, "ANSWER_SECONDS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,), daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        with pytest.raises(NotReached, match=r"no answer came within 0\.4 s"):
            Outgoing(LOOPBACK).send("POST", f"http://127.0.0.1:{port}/")


def test_a_name_that_nobody_has_is_said_to_be_none():
    with pytest.raises(NotReached, match=r"there is no host called nobody\.invalid"):
        Outgoing().send("POST", "https://nobody.invalid/")
