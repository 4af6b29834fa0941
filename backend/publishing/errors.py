"""What can be wrong between a model and the Hub, in words; for the server's answers and a job's
problem.

Refusal
├── Offline      409: this studio is told to stay away from the Hub
├── Away         503: the Hub is out of reach, slow, or has had enough of us for a while
├── NoRights     403: the token may not do this there
├── Moved        409: the repository is not what it was when it was looked at
└── Declined     422: the Hub doesn't take what was sent
"""

import httpx2
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from backend.hub.access import Access
from backend.problems import Pointer, Problem, Refusal

_AT = Pointer("/repo")
_WHERE = "Settings, Hugging Face"
_LATER = "What has arrived stays there, unseen; publish again and it goes on from there."


class Offline(Refusal):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="hub_offline",
                title="This studio works offline",
                detail="HF_HUB_OFFLINE is set, so nothing is asked of the Hub and nothing sent. Have "
                "the operator unset it for the server and its workers.",
            )
        )


class Away(Refusal):
    status = 503

    def __init__(self, code: str, title: str, detail: str, retry_after_seconds: int = 30) -> None:
        super().__init__(Problem(code=code, title=title, detail=f"{detail} {_LATER}"))
        self.headers = {"Retry-After": str(retry_after_seconds)}


class NoRights(Refusal):
    status = 403

    def __init__(self, access: Access, repo: str, said: str = "") -> None:
        if access.token is None:
            detail = (
                f"Nobody is signed in there. Connect an account that may write, under {_WHERE}."
            )
        else:
            detail = (
                f"The access token in use may not write to {repo}. Connect one that may, under "
                f"{_WHERE}: fine-grained, with write access to this repository or owner; "
                "or choose an owner that it may write to."
            )
        told = f" The Hub said: {said}" if said else ""
        super().__init__(
            Problem(
                code="hub_no_rights",
                title="The Hub doesn’t let this be published",
                detail=f"{detail}{told} Nothing was published.",
                at=_AT,
            )
        )


class Moved(Refusal):
    status = 409

    def __init__(self, detail: str, code: str = "hub_moved") -> None:
        super().__init__(
            Problem(
                code=code,
                title="The repository is not as it was when you looked",
                detail=f"{detail} Nothing was overwritten. Look at what will be sent once more, and "
                "publish then.",
                at=_AT,
            )
        )


class Declined(Refusal):
    status = 422

    def __init__(self, code: str, title: str, detail: str) -> None:
        super().__init__(Problem(code=code, title=title, detail=detail, at=_AT))


def refusal_of(error: BaseException, access: Access, repo: str) -> Refusal:
    """What an error of the Hub, or on the way to it, means for a person who publishes."""
    answer = _of_the_hub(error)
    if answer is not None:
        return _of_answer(answer, access, repo)
    if isinstance(error, httpx2.TimeoutException | TimeoutError):
        return Away("hub_slow", "The Hub is too slow", f"{access.hub} did not answer in time.")
    return Away(
        "hub_unreachable",
        "The Hub can’t be reached",
        f"{access.hub} gave no answer, or broke off. Check this machine's way to it (network, proxy, "
        "HF_ENDPOINT).",
    )


def _of_answer(answer: HfHubHTTPError, access: Access, repo: str) -> Refusal:
    status, said = answer.response.status_code, (answer.server_message or "")[:300]
    if isinstance(answer, RepositoryNotFoundError):
        return Declined(
            "no_hub_repo",
            "The Hub has no such repository for this account",
            f"{repo} is not there, or the access token in use may not see it. Check the name, "
            f"and the account under {_WHERE}.",
        )
    if status in (401, 403):
        return NoRights(access, repo, said)
    if status in (409, 412):
        return Moved(f"Somebody else changed {repo} meanwhile.")
    if status == 429:
        return Away(
            "hub_busy",
            "The Hub has answered enough for a while",
            "It limits how often it is asked. Try again later.",
        )
    if status >= 500:
        return Away(
            "hub_failed", "The Hub failed", f"It answered with an error of its own ({status})."
        )
    return Declined(
        "hub_declined", "The Hub doesn’t take this", f"It said ({status}): {said or 'nothing more'}"
    )


def _of_the_hub(error: BaseException | None) -> HfHubHTTPError | None:
    """The Hub's answer among the causes: its client wraps what fails while a file is sent."""
    while error is not None:
        if isinstance(error, HfHubHTTPError):
            return error
        error = error.__cause__
    return None
