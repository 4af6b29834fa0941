"""Where the studio is: as said, as the environment says, or the one that the data folder knows."""

import os

from likewise.client.errors import NoStudio
from likewise.embedded import running


def find_url(url: str | None = None) -> str:
    """The address of the studio, without a slash at its end.

    Raises NoStudio where none was named and none runs on the data folder.
    """
    named = url or os.environ.get("LIKEWISE_URL")
    if named:
        return named.rstrip("/")
    from backend.settings import Settings  # a named address spares its 0.2 s

    data = Settings().data
    studio = running.read(data)
    if studio is None:
        raise NoStudio(data)
    return studio.url
