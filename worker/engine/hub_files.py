"""One file or folder of a model, from this machine or from the Hub."""

import logging
from pathlib import Path, PureWindowsPath

from huggingface_hub import hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    HFValidationError,
    IncompleteSnapshotError,
    LocalEntryNotFoundError,
)

from worker.engine.progress import disabled_tqdm

log = logging.getLogger(__name__)


def is_sentence_transformer_model(
    model_name_or_path: str,
    token: bool | str | None = None,
    cache_folder: str | None = None,
    revision: str | None = None,
    local_files_only: bool = False,
) -> bool:
    """Whether a folder or Hub model holds a modules.json. Errors of the Hub are raised."""
    file = load_file_path(
        model_name_or_path,
        "modules.json",
        token=token,
        cache_folder=cache_folder,
        revision=revision,
        local_files_only=local_files_only,
    )
    return file is not None


def load_file_path(
    model_name_or_path: str,
    filename: str | Path,
    subfolder: str = "",
    token: bool | str | None = None,
    cache_folder: str | None = None,
    revision: str | None = None,
    local_files_only: bool = False,
) -> str | None:
    """The path of one file of a model, fetched if need be; None where the model hasn't it.

    Raises ValueError for a path that leads out of the model, and what the Hub raises for anything
    but an absent file.
    """
    place = Path(_inside(subfolder), _inside(filename))
    if (local := Path(model_name_or_path, place)).exists():
        return str(local)
    if Path(model_name_or_path).is_dir():
        return None
    try:
        return hf_hub_download(
            model_name_or_path,
            filename=place.name,
            subfolder=place.parent.as_posix(),
            revision=revision,
            token=token,
            cache_dir=cache_folder,
            local_files_only=local_files_only,
        )
    except (EntryNotFoundError, HFValidationError, LocalEntryNotFoundError) as cause:
        log.debug("%r has no %s: %s", model_name_or_path, place, cause)
        return None


def load_dir_path(
    model_name_or_path: str,
    subfolder: str,
    token: bool | str | None = None,
    cache_folder: str | None = None,
    revision: str | None = None,
    local_files_only: bool = False,
) -> str | None:
    """The path of one folder of a model, fetched if need be; None where there is no such model.

    If the Hub can't be reached, what was fetched before will do. Raises ValueError for a path that
    leads out of the model, else what the Hub raised.
    """
    folder = _inside(subfolder).as_posix()
    if (local := Path(model_name_or_path, folder)).exists():
        return str(local)
    if Path(model_name_or_path).is_dir():
        return None

    def fetch(only_local: bool) -> Path:
        snapshot = snapshot_download(
            model_name_or_path,
            revision=revision,
            allow_patterns=None if folder == "." else f"{folder}/**",
            token=token,
            cache_dir=cache_folder,
            local_files_only=only_local,
            tqdm_class=disabled_tqdm,
        )
        if not (place := Path(snapshot, folder)).is_dir():
            raise LocalEntryNotFoundError(f"{model_name_or_path!r} came without {folder!r}.")
        return place

    try:
        return str(fetch(local_files_only))
    except IncompleteSnapshotError:
        raise  # the Hub failed on the way: this doesn't say that the folder is absent
    except (HFValidationError, LocalEntryNotFoundError) as cause:
        log.debug("%r has no %s: %s", model_name_or_path, folder, cause)
        return None
    except OSError as unreachable:
        try:
            return str(fetch(only_local=True))
        except LocalEntryNotFoundError:
            raise unreachable from None


def _inside(path: object) -> Path:
    """`path`, which leads nowhere but down, on any system. Raises ValueError."""
    if isinstance(path, (str, Path)):
        plain = PureWindowsPath(path)
        if not plain.anchor and ".." not in plain.parts and "\0" not in str(path):
            return Path(path)
    raise ValueError(f"{path!r} leads out of the model. Give a relative path without '..'.")
