"""What lies under a name on the Hub now, asked before anything is to be sent there."""

from dataclasses import dataclass

from huggingface_hub.errors import RepositoryNotFoundError

from backend.hub.access import Access
from backend.hub.asking import ask_hub
from backend.hub.errors import Offline
from backend.problems import Refusal
from backend.publishing import errors


@dataclass(frozen=True, kw_only=True)
class There:
    """`commit` is what its main branch stands at; `names` are the files in it."""

    commit: str
    is_private: bool
    names: tuple[str, ...]


def look(access: Access, repo: str) -> There | None:
    """None where there is no such repository, or none that this token may see.

    Raises Offline, Away, NoRights, Declined.
    """
    try:
        told = ask_hub(access, f"/api/models/{repo}", {}, repo)
    except Offline as offline:
        raise errors.Offline from offline
    except Refusal as refusal:
        cause = refusal.__cause__
        if cause is None or isinstance(cause, RepositoryNotFoundError):
            return None
        raise errors.refusal_of(cause, access, repo) from cause
    return There(
        commit=str(told["sha"]),
        is_private=bool(told.get("private")),
        names=tuple(file["rfilename"] for file in told.get("siblings", ())),
    )
