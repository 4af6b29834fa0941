"""Who is let in: our own hosts, our own pages, and clients that are no browsers."""

import socket

import pytest


def status(server, *header_lines: str, method: str = "GET", path: str = "/livez") -> int:
    """Ask by hand: a client library would not send wrong headers."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        lines = [
            f"{method} {path} HTTP/1.1",
            *header_lines,
            "Connection: close",
            "Content-Length: 0",
        ]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(connection.recv(4096).split()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1234", "[::1]:80", "LOCALHOST"])
def test_our_own_names_are_let_in(server, host):
    assert status(server, f"Host: {host}") == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "evil@127.0.0.1", "["]
)
def test_other_names_are_refused(server, host):
    assert status(server, f"Host: {host}") == 403


def test_two_hosts_at_once_are_refused(server):
    assert status(server, "Host: localhost", "Host: evil.example") in (400, 403)


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        (["Sec-Fetch-Site: same-origin"], True),
        (["Sec-Fetch-Site: none"], True),
        (["Sec-Fetch-Site: cross-site"], False),
        (["Sec-Fetch-Site: same-site"], False),
        (["Origin: http://evil.example"], False),
        (["Origin: null"], False),
        ([], True),
    ],
)
def test_another_site_cannot_act_in_a_persons_name(server, headers, is_let_in):
    found = status(
        server, f"Host: localhost:{server.port}", *headers, method="POST", path="/api/v1/datasets"
    )
    assert (found != 403) is is_let_in


def test_every_answer_carries_the_policy_errors_too(api, server):
    for path in ("/", "/nothing-here", "/api/v1/runs", "/api/v1/runs/nonsense"):
        answer = api.get(f"{server.url}{path}")
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
