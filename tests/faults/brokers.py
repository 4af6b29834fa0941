"""Rows of the broker: restarted, emptied, away, half-open, full; and messages that come twice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.faults.row import Cell, Row
from tests.faults.stage import Cast, Stage, wait_seconds

Broken = Callable[[Stage], AbstractContextManager[None]]
"""The broker is broken inside the block, and well after it."""

ALIKE = "A training that runs needs no broker; `training` shows it for every phase."


@contextmanager
def restarted(stage: Stage) -> Iterator[None]:
    stage.backend.kill_broker()
    stage.backend.start_broker()
    yield


@contextmanager
def emptied(stage: Stage) -> Iterator[None]:
    yield
    stage.backend.redis.flushall()


@contextmanager
def away(stage: Stage) -> Iterator[None]:
    stage.backend.kill_broker()
    yield
    wait_seconds(1)
    stage.backend.start_broker()


@contextmanager
def half_open(stage: Stage) -> Iterator[None]:
    with stage.backend.stopped_broker():
        yield
        wait_seconds(1)


@contextmanager
def full(stage: Stage) -> Iterator[None]:
    stage.backend.redis.config_set("maxmemory", "1mb")
    yield
    wait_seconds(1)
    stage.backend.redis.config_set("maxmemory", 0)


def on_a_queued_run(broken: Broken) -> Callable[[Stage], Cast]:
    """The run is accepted while the broker is broken, and starts once it is well again."""

    def act(stage: Stage) -> Cast:
        stage.work()
        with broken(stage):
            run_id = stage.start()
        return stage.ends(run_id, attempts=1)

    return act


def on_a_training(broken: Broken) -> Callable[[Stage], Cast]:
    def act(stage: Stage) -> Cast:
        run_id = stage.held_in("training")
        with broken(stage):
            stage.let_go()
        return stage.ends(run_id, attempts=1)

    return act


def many_messages(stage: Stage) -> Cast:
    """Ten for one run, to two workers; later two at a run that is held."""
    stage.work()
    stage.work()
    run_id = stage.start()
    for _ in range(10):
        stage.studio.broker.ring("gpu")
    return stage.ends(run_id, attempts=1)


def late_messages(stage: Stage) -> Cast:
    run_id = stage.held_in("training")
    stage.work()
    for _ in range(10):
        stage.studio.broker.ring("gpu")
    stage.let_go()
    return stage.ends(run_id, attempts=1)


NOTHING_LOST = "nothing is lost; the run starts within seconds of its return"


def _row(fault: str, broken: Broken, right: str = NOTHING_LOST, in_ci: bool = False) -> Row:
    return Row(
        fault=fault,
        right=right,
        phases={
            "queued": Cell(on_a_queued_run(broken), in_ci=in_ci),
            "training": Cell(on_a_training(broken)),
            "preparing": ALIKE,
            "evaluating": ALIKE,
            "saving": ALIKE,
        },
    )


ROWS = (
    _row("broker restarted", restarted),
    _row("broker emptied", emptied, in_ci=True),
    _row("broker away", away),
    _row("broker half-open", half_open, "no request waits for it; " + NOTHING_LOST),
    _row("broker full", full, "as if it were away"),
    Row(
        fault="the same message many times",
        right="one claim",
        phases={
            "queued": Cell(many_messages),
            "training": Cell(late_messages),
            "preparing": ALIKE,
            "evaluating": ALIKE,
            "saving": ALIKE,
        },
    ),
)
