"""A dataset of the Hub, opened at one commit and read as it streams: nothing is kept on disk.

Source of the ways in which opening fails: datasets 5.2, load.py and builder.py.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2
import pyarrow as pa
from datasets import IterableDataset, config, load_dataset_builder
from datasets.data_files import EmptyDatasetError
from datasets.exceptions import DataFilesNotFoundError, DatasetNotFoundError
from huggingface_hub import HfApi
from huggingface_hub.constants import HF_HUB_ETAG_TIMEOUT
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RevisionNotFoundError,
)

from backend.hub import errors
from backend.hub.access import Access
from backend.hub.asking import refusal_of
from backend.problems import Refusal

# huggingface_hub tries every request six times by itself, in about half a minute: that's enough.
config.STREAMING_READ_MAX_RETRIES = config.STREAMING_OPEN_MAX_RETRIES = 1
config.STREAMING_READ_RETRY_INTERVAL = config.STREAMING_OPEN_RETRY_INTERVAL = 0

_ON_THE_WAY = (httpx2.HTTPError, ConnectionError)
_TOO_SLOW = (httpx2.TimeoutException, TimeoutError)
_BROKE_OFF = (httpx2.RemoteProtocolError, httpx2.ReadError)
_BROKEN_ROWS = (pa.ArrowException, TypeError, ValueError, KeyError, EOFError)
_NAMES = re.compile(r"'([^']*)'")


@dataclass(frozen=True)
class Source:
    """`rows` are those known beforehand, by split."""

    commit: str
    subset: str
    subsets: list[str]
    splits: dict[str, IterableDataset]
    rows: dict[str, int]

    def split(self, name: str) -> IterableDataset:
        """Raises NoSuchPart, naming those there are."""
        if name not in self.splits:
            raise errors.NoSuchPart("split", name, list(self.splits))
        return self.splits[name]


def opened(access: Access, repo: str, subset: str | None, revision: str | None) -> Source:
    """Find the commit that `revision` means now, and the splits that there are at it.

    Raises a Refusal, which says why the Hub doesn't give it and what to do.
    """
    if access.is_offline:
        raise errors.Offline
    with told(access, repo, revision):
        hub = HfApi(endpoint=access.hub, token=access.token or False)
        info = hub.dataset_info(repo, revision=revision, timeout=HF_HUB_ETAG_TIMEOUT)
        builder = load_dataset_builder(
            f"hf://datasets/{info.id}",  # so that no folder of this machine is taken for it
            subset,
            revision=info.sha,
            token=access.token or False,
        )
        if subset is not None and subset not in (builder.builder_configs or {subset}):
            raise errors.NoSuchPart("subset", subset, list(builder.builder_configs))
        known = builder.info.splits or {}
        return Source(
            commit=str(info.sha),
            subset=builder.config.name,
            subsets=list(builder.builder_configs) or [builder.config.name],
            splits=dict(builder.as_streaming_dataset()),
            rows={name: split.num_examples for name, split in known.items() if split.num_examples},
        )


@contextmanager
def told(access: Access, repo: str, revision: str | None = None) -> Iterator[None]:
    """Say in words what goes wrong at the Hub within the block. Raises Refusal."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        refusal = _refusal(error, access, repo, revision or "main")
        if refusal is None:
            raise
        raise refusal from error


def _refusal(error: Exception, access: Access, repo: str, revision: str) -> Refusal | None:
    answer = _of_the_hub(error)
    match error:
        case _ if _among_causes(error, OfflineModeIsEnabled):
            return errors.Offline()
        case _ if isinstance(answer, EntryNotFoundError) and not isinstance(
            answer, RevisionNotFoundError
        ):
            return _no_table(repo, "one of its files is not there")
        case _ if answer is not None:
            return refusal_of(answer, access, repo, revision)
        case EmptyDatasetError() | DataFilesNotFoundError():
            return _no_table(repo, "it holds no file of a kind that is read (CSV, JSON, Parquet …)")
        case DatasetNotFoundError() if "gated dataset" in str(error):
            return errors.Gated(access, repo)
        case DatasetNotFoundError():
            return errors.NoDataset(access, repo)
        case RuntimeError() if "scripts are no longer supported" in str(error):
            return errors.Unusable(
                "hub_dataset_script",
                "This dataset is made by a script",
                f"{repo} has no files of rows but a program that would make them, which is not run "
                "here. Look for a copy in Parquet (often in the branch refs/convert/parquet: give "
                "it as the revision), or run the script elsewhere and upload the rows.",
            )
        case ValueError() if "BuilderConfig" in str(error):
            wanted, *there = _NAMES.findall(str(error))
            return errors.NoSuchPart("subset", wanted, there)
        case ValueError() if "Config name is missing" in str(error):
            there = _NAMES.findall(str(error).split("\n")[1])
            return errors.NoSuchPart("subset", "", there)
        case _ if _among_causes(error, *_TOO_SLOW):
            return errors.slow(access)
        case ConnectionError() if "Timeout)" in str(error):  # all that is left of the cause
            return errors.slow(access)
        case _ if _among_causes(error, *_BROKE_OFF):
            return errors.broke_off(access)
        case _ if isinstance(error, _ON_THE_WAY):
            return refusal_of(error, access, repo, revision)
        case _ if isinstance(error, _BROKEN_ROWS):
            return _no_table(repo, " ".join(str(error).split()).rstrip(".")[:300])
    return None


def _no_table(repo: str, why: str) -> errors.Unusable:
    return errors.Unusable(
        "unusable_hub_dataset",
        "No table can be read from this dataset",
        f"{repo}: {why}. Choose another subset or split, or upload the rows as a file.",
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _among_causes(error: Exception, *kinds: type[Exception]) -> bool:
    return any(isinstance(each, kinds) for each in _causes(error))


def _of_the_hub(error: Exception) -> HfHubHTTPError | None:
    """The answer of the Hub that is behind an error, if one is."""
    return next((each for each in _causes(error) if isinstance(each, HfHubHTTPError)), None)
