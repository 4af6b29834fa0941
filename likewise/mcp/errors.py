"""Refusals, as an assistant reads them: the studio's own words, with each fix."""

from collections.abc import Iterator
from contextlib import contextmanager

from mcp.server.mcpserver.exceptions import ToolError

from likewise.client.errors import StudioError


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Within it a refusal of the studio becomes one of the tool. What is unforeseen stays so, and
    tells the assistant nothing."""
    try:
        yield
    except StudioError as error:
        raise ToolError(str(error)) from error
