"""A file of a bucket, copied here as it streams in, never more of it than is allowed."""

import time
from pathlib import Path
from urllib.parse import urlsplit

import fsspec

from backend.preparing.imports_storage import allowed_url
from backend.problems import TooLarge
from worker.jobs.ending import Refused
from worker.jobs.import_order import StorageOrder
from worker.jobs.reading_progress import TELL_EVERY_SECONDS, tell_bytes
from worker.jobs.report import Report

_CHUNK_BYTES = 1 << 20
_HERE = ("file", "local")


def fetch(order: StorageOrder, place: Path, report: Report) -> None:
    """Copy the file to `place`.

    Raises Refused where it is not there, not ours to read, or the line breaks; TooLarge.
    """
    url = _where_it_leads(order)
    report.log(f"fetching {order.url}")
    try:
        _copy(url, place, order.most_bytes, report)
    except FileNotFoundError as error:
        raise Refused(
            "not_there",
            "There is no such file",
            f"{order.url} is not there. Look at its name: upper and lower case matter.",
        ) from error
    except PermissionError as error:
        raise Refused(
            "no_rights",
            "The studio may not read this file",
            f"{order.url} is closed to the key that this studio's workers have. Let its owner "
            "grant them read access (s3:GetObject).",
        ) from error
    except (ImportError, ValueError) as error:
        raise Refused(
            "protocol_missing",
            "This kind of place can't be read here",
            f"{order.url}: {error}. The operator installs what reads it, for s3:// s3fs.",
        ) from error
    except TooLarge:
        raise
    except Exception as error:  # each store has errors of its own
        raise Refused(
            "fetch_broken",
            "The file didn't come whole",
            f"{order.url} broke off: {type(error).__name__}: {error}. Nothing was kept; try again.",
        ) from error


def _where_it_leads(order: StorageOrder) -> str:
    """The URL; of a file on this machine, where its links lead, which must be allowed too."""
    parts = urlsplit(order.url)
    if parts.scheme not in _HERE:
        return order.url
    real = Path(parts.path).resolve()
    roots = [Path(urlsplit(prefix).path).resolve() for prefix in order.prefixes]
    return allowed_url(f"file://{real}", [f"file://{root}" for root in roots])


def _copy(url: str, place: Path, most_bytes: int, report: Report) -> None:
    fs, path = fsspec.core.url_to_fs(url)
    total = int(fs.info(path)["size"] or 0)
    if total > most_bytes:
        raise TooLarge(most_bytes)
    came, began, told_at = 0, time.monotonic(), time.monotonic()
    with fs.open(path, "rb") as source, place.open("wb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            came += len(chunk)
            if came > most_bytes:
                raise TooLarge(most_bytes)
            file.write(chunk)
            if time.monotonic() - told_at > TELL_EVERY_SECONDS:
                told_at = time.monotonic()
                tell_bytes(report, came, total, began)
    if came < total:
        raise ConnectionError(f"only {came:,} of {total:,} bytes came")
