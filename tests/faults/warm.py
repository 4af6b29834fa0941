"""Workers and trainings that start from a process which has imported everything already.

A cell of the matrix starts two workers and two trainings in the mean, and nearly all of their time
would go into importing the same modules. So here a worker is a fork of a *mother* that has them, a
training is a fork of its worker, and who loads its model again is a fork of the training; each then
looks to the system as if it had been executed: its own session, pipes, log, environment, handlers of
signals and exit code. The cells that are in CI, and
those that need a true start, do without.
"""

import atexit
import json
import logging
import multiprocessing
import os
import runpy
import signal
import socket
import subprocess
import sys
import traceback
from functools import _lru_cache_wrapper, cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any, NoReturn

from tests.processes import RunningWorker, wait_until

IMPORTED = ["tests.faults.imported"]

READ_ONCE = ("HF_HOME", "HF_HUB_OFFLINE", "OMP_NUM_THREADS")
"""What modules read as they are imported: it must be the same for all forks."""


@cache
def mother(*read_once: str) -> ForkServerContext:
    """It starts with the first process that is asked of it, in the environment of that moment."""
    os.environ.update(zip(READ_ONCE, read_once, strict=True))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    return context


class Forked:
    """What is used of a `subprocess.Popen`, of a fork of the mother."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("a forked worker", timeout or 0.0)
        return code

    def terminate(self) -> None:
        self._process.terminate()


class WarmWorker(RunningWorker):
    """A worker that is a fork of the mother, and whose trainings are forks of it."""

    def start(self) -> None:
        arguments = self._command[self._command.index("worker.run") + 1 :]
        read_once = [self._environment[name] for name in READ_ONCE]
        process = mother(*read_once).Process(
            target=_work, args=(arguments, self._environment, self.log)
        )
        process.start()
        self.process = Forked(process)  # type: ignore[assignment]  # as much of one as is needed
        wait_until(lambda: self.log.exists() and b" ready." in self.log.read_bytes(), 120, "it")


def _work(arguments: list[str], environment: dict[str, str], log: Path) -> None:
    """`python -m worker.run`, as it would be executed."""
    os.setsid()
    with log.open("ab") as out:
        _become(os.open(os.devnull, os.O_RDONLY), out.fileno(), out.fileno(), environment)
    import worker.jobs.loaded_again
    import worker.supervisor.process

    worker.supervisor.process.subprocess = _Subprocess(_Training)  # type: ignore[attr-defined]
    worker.jobs.loaded_again.subprocess = _Subprocess(_Stranger)  # type: ignore[attr-defined]
    _run("worker.run", arguments)


class _Training(subprocess.Popen[bytes]):
    """Forks where the other executes; everything else of it is the library's own."""

    def _execute_child(self, args: Any, *rest: Any) -> None:
        asked = _Asked(args, rest)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            _become(*asked.streams, asked.environment)
            _let_go_of_all_but((0, 1, 2, *asked.inherited))
            Path("/proc/self/comm").write_text(f"rank {os.environ.get('RANK')}")
            _forget_the_parent()
            _Stranger.waiting = _wait_for_a_model()
            _run(asked.module, asked.arguments)
        self._child_created = True
        self._close_pipe_fds(*asked.ends)


class _Stranger(subprocess.Popen[bytes]):
    """The fork that has waited since the training began, when it had no threads and no model yet;
    after the first, those that are executed."""

    waiting: "tuple[int, socket.socket] | None" = None

    def _execute_child(self, args: Any, *rest: Any) -> None:
        if _Stranger.waiting is None:
            super()._execute_child(args, *rest)  # type: ignore[misc]
            return
        asked = _Asked(args, rest)
        self.pid, orders = _Stranger.waiting
        _Stranger.waiting = None
        with orders:
            order = json.dumps([asked.module, *asked.arguments]).encode()
            socket.send_fds(orders, [order], asked.streams)
        self._child_created = True
        self._close_pipe_fds(*asked.ends)


class _Asked:
    """What is asked of `_execute_child`."""

    def __init__(self, args: list[str], rest: tuple[Any, ...]) -> None:
        names = (
            *("executable", "preexec_fn", "close_fds", "pass_fds", "cwd", "env", "startupinfo"),
            *("creationflags", "shell", "p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread"),
            *("errwrite", "restore_signals", "gid", "gids", "uid", "umask", "start_new_session"),
        )
        asked = dict(zip(names, rest, strict=False))
        _python, _module_flag, self.module, *self.arguments = args
        self.environment: dict[str, str] = asked["env"] or dict(os.environ)
        self.inherited: tuple[int, ...] = asked["pass_fds"]
        given = [asked[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        self.streams = [own if end == -1 else end for own, end in enumerate(given)]
        self.ends = [asked[name] for name in names[9:15]]


def _wait_for_a_model() -> tuple[int, socket.socket]:
    """A fork of this process that becomes whoever loads a model again, when it is told to; if it
    never is, it ends with who would have told it."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        _be_a_stranger(theirs)
    theirs.close()
    return pid, ours


def _be_a_stranger(orders: socket.socket) -> NoReturn:
    nothing = os.open(os.devnull, os.O_RDWR)
    _become(nothing, nothing, nothing, dict(os.environ))
    _let_go_of_all_but((0, 1, 2, orders.fileno()))
    Path("/proc/self/comm").write_text("stranger")
    order, streams, _, _ = socket.recv_fds(orders, 1 << 16, 3)
    if not order:
        os._exit(0)
    module, *arguments = json.loads(order)
    _become(*streams, dict(os.environ))
    _let_go_of_all_but((0, 1, 2))
    _run(module, arguments)


class _Subprocess:
    """Stands for the module where a worker starts its jobs, and a job whoever loads its model."""

    PIPE = subprocess.PIPE
    TimeoutExpired = subprocess.TimeoutExpired

    def __init__(self, popen: type[subprocess.Popen[bytes]]) -> None:
        self.Popen = popen


def _become(stdin: int, stdout: int, stderr: int, environment: dict[str, str]) -> None:
    """These streams, this environment, the system's own handlers of signals."""
    for place, descriptor in enumerate((stdin, stdout, stderr)):
        os.dup2(descriptor, place)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the locks of the old ones may be held
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    atexit._clear()


def _let_go_of_all_but(kept: tuple[int, ...]) -> None:
    """So that no pipe of another process is held open by this one. The numbers stay taken: objects
    of the parent's close them whenever they are collected."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in (*kept, nothing):
            os.dup2(nothing, int(name), inheritable=False)


def _forget_the_parent() -> None:
    """What the worker has found out for itself, a training must find out for itself."""
    logging.root.handlers.clear()
    for name, module in list(sys.modules.items()):
        if name.startswith(("backend.", "worker.")):
            for each in vars(module).values():
                if isinstance(each, _lru_cache_wrapper):
                    each.cache_clear()


def _run(module: str, arguments: list[str]) -> NoReturn:
    """To the end, and no further: what is the parent's must not run here."""
    sys.argv = [module, *arguments]
    sys.modules.pop(module, None)
    code: Any = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
