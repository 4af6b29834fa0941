"""Whether `datasets` keeps what it computes on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager

from datasets import disable_caching, enable_caching, is_caching_enabled


@contextmanager
def disable_datasets_caching() -> Iterator[None]:
    """No results of `datasets` are kept inside a with block."""
    was_enabled = is_caching_enabled()
    disable_caching()
    try:
        yield
    finally:
        if was_enabled:
            enable_caching()
