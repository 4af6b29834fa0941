"""Progress bars, and files that show one while they come."""

import os
from pathlib import Path
from typing import Any

import httpx2
from tqdm.auto import tqdm  # type: ignore[import-untyped]  # ships no types


class disabled_tqdm(tqdm):  # type: ignore[misc]  # tqdm's own spelling
    """A progress bar that is never seen, for functions that insist on one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"disable": True})


def http_get(url: str, path: str) -> None:
    """Fetch `url` into the file `path`, whole or not at all; its folder is made.

    Raises httpx2.HTTPStatusError unless the answer is a success, OSError if it can't be written.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    part = f"{path}_part"
    try:
        with httpx2.stream("GET", url, follow_redirects=True) as response:
            response.raise_for_status()
            size = response.headers.get("Content-Length")
            with (
                open(part, "wb") as file,
                tqdm(total=int(size) if size else None, unit="B", unit_scale=True) as bar,
            ):
                for chunk in response.iter_bytes():
                    bar.update(file.write(chunk))
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)
