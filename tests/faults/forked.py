"""A piece of work in a forked process that dies at a point of the test's choosing."""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from backend import fault_points
from backend.fault_points import Armed

NOWHERE = "nowhere"


def passed_points(work: Callable[[], None], folder: Path) -> dict[str, int]:
    """How often the work passes each fault point, when nothing disturbs it."""
    told = folder / "passed.json"

    def watched() -> None:
        armed = _arm(Armed(NOWHERE, 0, _kill))
        work()
        told.write_text(json.dumps(armed.passed))

    end_well(watched)
    passed: dict[str, int] = json.loads(told.read_text())
    return passed


class Failing:
    """A way to fail; `watch` is called in the process that is to fail, before its work."""

    def __init__(self, fail: Callable[[], None]) -> None:
        self.fail = fail

    def watch(self) -> None:
        """Most need to know nothing of what came before."""


def die_at(name: str, nth: int, work: Callable[[], None], failing: Failing) -> None:
    """Do the work in a process of its own, which fails the nth time that it passes `name`."""

    def doomed() -> None:
        failing.watch()
        _arm(Armed(name, nth, failing.fail))
        work()

    assert _forked(doomed) != 0, f"it was to die at {name}, {nth}"


def end_well(work: Callable[[], None]) -> None:
    """Do the work in a process of its own, undisturbed."""
    assert _forked(work) == 0, "the work must be able to end well"


def _arm(plan: Armed) -> Armed:
    fault_points.armed = lambda: plan  # type: ignore[assignment]  # in a fork: gone with it
    return plan


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _forked(work: Callable[[], None]) -> int:
    """0 if it ended well; else its exit code, or minus the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc(file=sys.stdout)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class LossOfPower(Failing):
    """Kills, and leaves of each file under `folder` what was last synced."""

    def __init__(self, folder: Path) -> None:
        super().__init__(self._lose)
        self._folder = folder
        self._synced: dict[tuple[int, int], bytes] = {}
        self._fsync = os.fsync

    def watch(self) -> None:
        for path in self._files():
            self._remember(path)
        os.fsync = self._sync

    def _files(self) -> list[Path]:
        found = (path for path in self._folder.rglob("*") if path.is_file())
        return [path for path in found if not path.name.startswith("studio.db")]  # syncs by itself

    def _sync(self, handle: int) -> None:
        self._fsync(handle)
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        if path.is_file():
            self._remember(path)

    def _remember(self, path: Path) -> None:
        found = path.stat()
        self._synced[found.st_dev, found.st_ino] = path.read_bytes()

    def _lose(self) -> None:
        for path in self._files():
            found = path.stat()
            path.chmod(0o644)
            path.write_bytes(self._synced.get((found.st_dev, found.st_ino), b""))
        _kill()
