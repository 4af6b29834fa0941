"""Ports of this machine that are free to listen on."""

import socket

from likewise.embedded.problems import PortTaken

TRIES = 100


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        # As the server does: a port that only waits for late packets of old connections is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def first_free(host: str, wanted: int) -> int:
    """`wanted`, or the next port above it that is free.

    Raises PortTaken where a hundred in a row are taken.
    """
    for port in range(wanted, min(wanted + TRIES, 65_536)):
        if is_free(host, port):
            return port
    raise PortTaken(host, wanted)
