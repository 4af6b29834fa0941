"""A job's processes: each with a pipe that only we hold, in a group of its own, ended for certain.

Most jobs have one. A training has one for each device; they stand and fall together.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Self

from pydantic import SecretStr

from worker.exits import Exit
from worker.jobs.folder import JobFolder
from worker.supervisor import spares
from worker.supervisor.world import ALONE, World

_OURS_ALONE = (
    "LIKEWISE_DATABASE",
    "LIKEWISE_BROKER",
    "LIKEWISE_STORAGE",
    "LIKEWISE_SECRET",
    "LIKEWISE_ADMIN",
    "LIKEWISE_OIDC",
    "LIKEWISE_DRAIN",
    "LIKEWISE_HUB_TOKEN",
    "LIKEWISE_MAIL",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "AWS_",
    "PG",
)
"""How names begin in the environment that a job has no business with. The token for the Hub reaches
it by its pipe."""

LOOK_EVERY_SECONDS = 0.05

LAST_WORDS_SECONDS = 1.0
"""One process of several has ended badly: so long the others may say something better than that
they lost it."""

ORDERLY_SECONDS = 10.0
"""One has ended as it should: so long the others may take to do the same."""


@dataclass(frozen=True)
class Ending:
    """The exit code (negative: a signal) of the process that decides how the group has ended."""

    code: int
    rank: int | None = None  # None: it worked alone

    def __str__(self) -> str:
        who = "its process" if self.rank is None else f"its process of rank {self.rank}"
        if self.code >= 0:
            return f"{who} ended with {self.code}"
        return f"{who} was ended by {signal.Signals(-self.code).name}"


class JobProcess:
    """`python -m <module> <folder>`, once for each rank of `world` that is here. What they print goes
    to the folder's log. Of the environment they see all but what is ours alone, and of that what
    begins as one of `allowed` does. `hub_token` is the first line on the pipe of each. They hold the
    `inherited` descriptors until they end."""

    def __init__(
        self,
        module: str,
        folder: JobFolder,
        allowed: tuple[str, ...] = (),
        world: World = ALONE,
        hub_token: SecretStr | None = None,
        inherited: tuple[int, ...] = (),
    ) -> None:
        self._world = world
        self._first_end_at: float | None = None
        ours = environment(allowed)
        with folder.log.open("ab") as out:
            self._processes = [
                spares.take(module, folder.path, ours | of_rank, out.fileno(), inherited)
                or subprocess.Popen(
                    [sys.executable, "-m", module, str(folder.path)],
                    stdin=subprocess.PIPE,
                    stdout=out,
                    stderr=out,
                    env=ours | of_rank,
                    start_new_session=True,
                    pass_fds=inherited,
                )
                for of_rank in world.environments()
            ]
        for process in self._processes:
            _tell(process, hub_token)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        for process in self._processes:
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes]

    def wait(self, seconds: float) -> Ending | None:
        """How they have ended, or None if they still work then.

        One that ends badly ends them all: the others would wait for it for ever.
        """
        until = time.monotonic() + seconds
        while (ending := self._ending()) is None and time.monotonic() < until:
            self._wait_for_any(min(LOOK_EVERY_SECONDS, max(until - time.monotonic(), 0.0)))
        return ending

    def _wait_for_any(self, seconds: float) -> None:
        working = [process for process in self._processes if process.poll() is None]
        if working:
            with contextlib.suppress(subprocess.TimeoutExpired):
                working[0].wait(seconds)

    def _ending(self) -> Ending | None:
        codes = [process.poll() for process in self._processes]
        ends = [Ending(code, self._rank(n)) for n, code in enumerate(codes) if code is not None]
        bad = [end for end in ends if end.code]
        if len(ends) == len(codes):
            return most_telling(bad) if bad else ends[0]
        if not bad:
            return None
        now = time.monotonic()
        self._first_end_at = self._first_end_at or now
        return most_telling(bad) if now - self._first_end_at >= _patience_seconds(bad) else None

    def _rank(self, n: int) -> int | None:
        return self._world.first + n if self._world.size > 1 else None

    def ask_to_stop(self) -> None:
        self._tell(signal.SIGTERM)

    def dump_stacks(self) -> None:
        self._tell(signal.SIGUSR1)
        time.sleep(0.5)  # they write them themselves, into their log

    def kill(self) -> None:
        """End all of them and what they have started, at once and for certain."""
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in self._processes:
            process.wait()

    def _tell(self, number: signal.Signals) -> None:
        """Them alone: whoever loads a model again for them would end by it, and their job with it."""
        for process in self._processes:
            process.send_signal(number)


def _tell(process: "subprocess.Popen[bytes]", hub_token: SecretStr | None) -> None:
    line = hub_token.get_secret_value() if hub_token else ""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it is gone already, which its end will tell
        process.stdin.write(f"{line}\n".encode())
        process.stdin.flush()


def _patience_seconds(bad: list[Ending]) -> float:
    if any(end.code == -signal.SIGKILL for end in bad):
        return 0.0  # nobody does that to itself, so there is nothing better to hear
    return ORDERLY_SECONDS if all(_is_meant(end) for end in bad) else LAST_WORDS_SECONDS


def _is_meant(end: Ending) -> bool:
    return end.code in list(Exit)


def most_telling(bad: list[Ending]) -> Ending:
    """Which of several bad ends says why: one that was meant, then a signal, then whoever fell with
    the others."""

    def weight(end: Ending) -> int:
        return 0 if _is_meant(end) else 1 if end.code < 0 else 2

    return min(bad, key=weight)


def environment(allowed: tuple[str, ...] = ()) -> dict[str, str]:
    """What a job's process finds in its environment."""
    hidden = tuple(start for start in _OURS_ALONE if start not in allowed)
    seen = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return seen | {
        "PYTHONUNBUFFERED": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    }
