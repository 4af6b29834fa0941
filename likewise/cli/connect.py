"""The studio that commands talk to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from likewise.client import Client


def connect() -> "Client":
    """LIKEWISE_URL's studio, else the one that runs on LIKEWISE_DATA; raises NoStudio."""
    from likewise.client import Client  # half a second of schemas, which `--help` needn't load

    return Client()
