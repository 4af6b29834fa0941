"""What can be wrong on the way to the Hub, in words; for the server's answers and a job's problem.

Refusal
├── Offline      409: this studio is told to stay away from the Hub
├── Away         503: the Hub is out of reach, slow, or has had enough of us for a while
├── NoDataset    404: there is none, or none for us
├── Gated        403: its terms were not accepted
├── TokenRefused 422: the Hub knows no such token
├── NoSuchPart   404: no such revision, subset or split
└── Unusable     422: there is one, but no table of texts in it
"""

from collections.abc import Sequence

from backend.hub.access import Access
from backend.problems import Pointer, Problem, Refusal
from backend.recipes.words import and_list

_INSTEAD = "Or upload the data as a file instead."
_MOST_NAMED = 12
_WHERE = "under Settings, Hugging Face (or have the operator set HF_TOKEN)"


class Offline(Refusal):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="hub_offline",
                title="This studio works offline",
                detail="HF_HUB_OFFLINE is set, so nothing is asked of the Hub. Have the operator "
                f"unset it for the server and its workers. {_INSTEAD}",
            )
        )


class Away(Refusal):
    """Out of reach for now: `code` tells how."""

    status = 503

    def __init__(self, code: str, title: str, detail: str, retry_after_seconds: int = 30) -> None:
        super().__init__(Problem(code=code, title=title, detail=f"{detail} {_INSTEAD}"))
        self.headers = {"Retry-After": str(retry_after_seconds)}


class NoDataset(Refusal):
    status = 404

    def __init__(self, access: Access, repo: str) -> None:
        token = (
            "The access token in use may not see it either."
            if access.token
            else f"If it is private, connect an account that may read it, {_WHERE}."
        )
        super().__init__(
            Problem(
                code="no_hub_dataset",
                title="The Hub has no such dataset for this studio",
                detail=f"{repo} is not there, or it is private. Check the name. {token}",
                at=Pointer("/repo"),
            )
        )


class Gated(Refusal):
    status = 403

    def __init__(self, access: Access, repo: str) -> None:
        token = (
            "with the account of the access token in use"
            if access.token
            else f"with your account, and connect it {_WHERE}"
        )
        super().__init__(
            Problem(
                code="hub_dataset_gated",
                title="The owners of this dataset ask you to accept their terms",
                detail=f"{repo} is gated. Accept its terms at {access.page_of(repo)} {token}; "
                "then try again.",
                at=Pointer("/repo"),
            )
        )


class TokenRefused(Refusal):
    status = 422

    def __init__(self, access: Access) -> None:
        super().__init__(
            Problem(
                code="hub_token_refused",
                title="The Hub doesn’t know this token",
                detail=f"It may be cut off, expired or revoked. Make a new one at {access.hub}"
                "/settings/tokens and copy it whole. Nothing was changed here.",
                at=Pointer("/token"),
            )
        )


class NoSuchPart(Refusal):
    status = 404

    def __init__(self, part: str, name: str, there: Sequence[str]) -> None:
        """`name` is empty where one must be chosen, and was not."""
        self.there = tuple(there)
        more = " and more" if len(there) > _MOST_NAMED else ""
        known = f" There are {and_list(list(there[:_MOST_NAMED]))}{more}." if there else ""
        super().__init__(
            Problem(
                code=f"no_hub_{part}",
                title=f"This dataset has no such {part}" if name else f"Choose a {part}",
                detail=f"There is no {part} {name!r}.{known}" if name else f"Name one.{known}",
                at=Pointer(f"/{part}"),
            )
        )


class Unusable(Refusal):
    status = 422

    def __init__(self, code: str, title: str, detail: str) -> None:
        super().__init__(Problem(code=code, title=title, detail=detail, at=Pointer("/repo")))


def unreachable(access: Access) -> Away:
    return Away(
        "hub_unreachable",
        "The Hub can’t be reached",
        f"{access.hub} gave no answer. Check this machine's way to it (network, proxy, "
        "HF_ENDPOINT), and try again.",
    )


def slow(access: Access) -> Away:
    return Away(
        "hub_slow",
        "The Hub is too slow",
        f"{access.hub} did not answer in time. Try again in a while.",
    )


def broke_off(access: Access) -> Away:
    return Away(
        "hub_broke_off",
        "The Hub broke off",
        f"{access.hub} ended the connection before all had come, again and again. Nothing was "
        "kept. Try again in a while.",
    )


def busy(retry_after_seconds: int) -> Away:
    return Away(
        "hub_busy",
        "The Hub has answered enough for a while",
        f"It limits how often it is asked. Try again in {retry_after_seconds} s; it answers more to "
        f"a connected account, {_WHERE}.",
        retry_after_seconds,
    )


def failing(access: Access, status: int) -> Away:
    return Away(
        "hub_failed",
        "The Hub failed",
        f"{access.hub} answered with an error of its own ({status}). Try again in a while.",
    )
