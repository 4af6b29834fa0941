"""Private servers live as long as the command that needs them."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from tools import bring_services, private_servers

VARIABLES = [service.variable for service in bring_services.SERVICES]
TELLS_URLS = f"""
import json, os, sys
print(json.dumps({{name: os.environ[name] for name in {VARIABLES}}}), flush=True)
sys.stdin.read()
raise SystemExit(7)
"""

needs_servers = pytest.mark.skipif(
    private_servers.find_postgres() is None or private_servers.find_valkey() is None,
    reason="`make test-services` installs PostgreSQL and Valkey or Redis first",
)


def connect(urls):
    """Ask something of each server."""
    psycopg.connect(urls[VARIABLES[0]].replace("+psycopg", "")).close()
    redis.Redis.from_url(urls[VARIABLES[1]]).ping()


def is_gone(urls):
    """Whether neither server answers any more."""
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(urls[VARIABLES[0]].replace("+psycopg", ""))
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(urls[VARIABLES[1]]).ping()
    return True


@pytest.fixture
def brought():
    """bring_services around a command that tells its URLs and ends with 7 when its input does."""
    bare = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    command = [sys.executable, "-m", "tools.bring_services", sys.executable, "-c", TELLS_URLS]
    with subprocess.Popen(
        command, env=bare, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.terminate()


def test_urls_that_are_given_are_used_as_they_are(monkeypatch, capfd):
    given = {name: f"scheme://given/{name}" for name in VARIABLES}
    for name, url in given.items():
        monkeypatch.setenv(name, url)
    monkeypatch.setattr(sys, "stdin", None)
    assert bring_services.run([sys.executable, "-c", TELLS_URLS]) == 7
    assert json.loads(capfd.readouterr().out) == given


def test_a_server_that_cannot_be_had_is_said_with_what_to_do():
    service = bring_services.Service(
        name="X", variable="X_URL", find=lambda: None, run=private_servers.valkey, packages={}
    )
    with pytest.raises(bring_services.Missing, match=r"X is not here.*\n.*X_URL="):
        bring_services.bring(service)


@pytest.mark.services
@needs_servers
def test_servers_answer_and_are_gone_after_the_command_whose_exit_status_counts(brought):
    urls = json.loads(brought.stdout.readline())
    connect(urls)
    brought.stdin.close()
    assert brought.wait() == 7
    assert is_gone(urls)


@pytest.mark.slow
@pytest.mark.services
@needs_servers
def test_ended_from_outside_they_end_too(brought):
    urls = json.loads(brought.stdout.readline())
    brought.send_signal(signal.SIGTERM)
    assert brought.wait() == 128 + signal.SIGTERM
    assert is_gone(urls)


@pytest.mark.services
@needs_servers
def test_nobody_gets_in_without_the_password():
    with tempfile.TemporaryDirectory() as folder:
        server = private_servers.find_valkey()
        with private_servers.valkey(server, Path(folder)) as url:
            port = url.rsplit(":", 1)[1]
            with pytest.raises(redis.AuthenticationError):
                redis.Redis.from_url(f"redis://127.0.0.1:{port}").ping()


@pytest.mark.services
@needs_servers
def test_a_server_that_does_not_start_shows_its_log():
    with tempfile.TemporaryDirectory() as folder:
        broken = private_servers.valkey(Path("/bin/ls"), Path(folder))
        with pytest.raises(private_servers.DidNotStart, match="does not answer"), broken:
            pass
