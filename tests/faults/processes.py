"""Rows of the processes of a worker and its training: killed, paused, hanging, told to stop."""

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

from backend.runs.reconciler import Reconciler
from backend.runs.tables import Job
from tests.faults.row import Act, Cell, Row
from tests.faults.stage import HOLD, SECONDS, Cast, Stage, log_of, standing
from tests.processes import ended_in_time, wait_until

IN_TRAINING = ("preparing", "training", "evaluating", "saving")
EVERYWHERE = (*IN_TRAINING, "storing")

ONE_WATCHDOG = "One watchdog for all phases; how patient it is in each is a table in attempt.py."
ONE_FENCE = "One fence for all writes: training and storing are its two statements."
NOTHING_RUNS = "Its process has ended by then."


def in_each(
    act: Callable[[Stage, str], Cast], phases: tuple[str, ...], in_ci: tuple[str, ...] = ()
) -> dict[str, Cell | str]:
    return {phase: Cell(_in(act, phase), in_ci=phase in in_ci) for phase in phases}


def _in(act: Callable[[Stage, str], Cast], phase: str) -> Act:
    return lambda stage: act(stage, phase)


def kill_worker(stage: Stage, phase: str) -> Cast:
    run_id = stage.held_in(phase)
    processes = stage.jobs()
    stage.worker.kill()
    stage.let_go()
    stage.gone(processes, 5)
    stage.work()
    return stage.ends(run_id, attempts=2)


def kill_worker_after_the_end(stage: Stage) -> Cast:
    """The end is written; what would follow it (a word to viewers, a folder removed) is not."""
    stage.work(LIKEWISE_FAULT="attempt.ended:1:stop")
    run_id = stage.start()
    wait_until(stage.stopped, SECONDS, "the end to be written")
    stage.worker.kill()
    stage.let_go()
    stage.work()
    return stage.ends(run_id, attempts=1)


def kill_training(stage: Stage, phase: str, rank: int = 0) -> Cast:
    run_id = stage.held_in(phase)
    group = stage.jobs()
    os.kill(of_rank(group, rank), signal.SIGKILL)
    stage.let_go()
    stage.gone(group)
    return stage.ends(run_id, attempts=2)


def of_rank(group: list[int], rank: int) -> int:
    """The one that was started with this rank: it says so in its environment, or by its name if it
    is a fork."""
    [found] = [
        pid
        for pid in group
        if f"\0RANK={rank}\0" in f"\0{_told(pid, 'environ')}"
        or _told(pid, "comm") == f"rank {rank}\n"
    ]
    return found


def _told(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_text()


def kill_training_alone(stage: Stage, phase: str) -> Cast:
    run_id = stage.held_in(phase)
    os.kill(stage.training(), signal.SIGKILL)
    stage.let_go()
    return stage.ends(run_id, attempts=2)


def pause_worker(stage: Stage, phase: str) -> Cast:
    """It stands still until another has the run; then it goes on, and finds that it lost it."""
    run_id = stage.held_in(phase)
    first = stage.worker
    with standing([first.process.pid, *first.children()], stage.database_url):
        stage.comes_to(run_id, "queued")
        stage.work()
        wait_until(lambda: len(stage.attempts(run_id)) == 2, SECONDS, "the second attempt")
        late = [pid for pid in stage.jobs() if "attempt-1" in log_of(pid)]
    stage.let_go()
    stage.gone(late)
    cast = stage.ends(run_id, attempts=2)
    wait_until(lambda: b"attempt lost" in first.log.read_bytes(), 30, "the first to give up")
    return cast


def pause_worker_while_it_stores(stage: Stage) -> Cast:
    """Its success comes late: after the other's."""
    run_id = stage.held_in("storing")
    first = stage.worker
    stage.comes_to(run_id, "queued")
    stage.work()
    cast = stage.ends(run_id, attempts=2)
    stage.let_go()
    wait_until(lambda: b"attempt lost" in first.log.read_bytes(), 30, "the first to give up")
    return cast


def many_reconcilers(stage: Stage) -> Cast:
    """Five more look after the same silent worker."""
    watchers = [Reconciler(stage.studio) for _ in range(5)]
    for watcher in watchers:
        watcher.start()
    run_id = stage.held_in("training")
    first = stage.worker
    with standing([first.process.pid, *first.children()], stage.database_url):
        stage.comes_to(run_id, "queued")
        first.kill()
    stage.let_go()
    stage.work()
    cast = stage.ends(run_id, attempts=2)
    for watcher in watchers:
        watcher.stop()
        watcher.join()
    assert stage.said(run_id).count("the worker went silent") == 1
    return cast


def hang(stage: Stage) -> Cast:
    stage.work(LIKEWISE_FAULT="train.step:15:hang", LIKEWISE_HANG_SECONDS="5")
    run_id = stage.start()
    logs = f"{stage.job(run_id).id}/attempt-1*/log.txt"

    def stacks() -> bool:
        return any(
            "most recent call first" in p.read_text() for p in stage.settings.jobs.glob(logs)
        )

    wait_until(stacks, SECONDS, "the stacks in its log")
    cast = stage.ends(run_id, attempts=2)
    assert any("no sign of life" in line for line in stage.said(run_id))
    return cast


def stop_worker(stage: Stage, phase: str, times: int = 1) -> Cast:
    run_id = stage.held_in(phase)
    for _ in range(times):
        stage.worker.process.terminate()
    stage.let_go()
    assert stage.worker.process.wait(60) == 0
    left = stage.job(run_id)
    assert left.status == "queued", stage.said(run_id)[-3:]
    assert left.failures == 0, "no retry is spent"
    stage.work()
    return stage.ends(run_id, attempts=2)


def stop_worker_at_the_end(stage: Stage, phase: str) -> Cast:
    """Nothing is left to set aside: it succeeds, and the worker leaves after it."""
    run_id = stage.held_in(phase)
    stage.worker.process.terminate()
    stage.let_go()
    assert ended_in_time(stage.worker, 60)
    return stage.ends(run_id, attempts=1)


def stop_worker_while_it_saves_a_checkpoint(stage: Stage) -> Cast:
    stage.work(LIKEWISE_FAULT="checkpoint.synced:2:stop")
    run_id = stage.start()
    wait_until(stage.stopped, SECONDS, "the second checkpoint")
    stage.worker.process.terminate()
    stage.let_go()
    assert stage.worker.process.wait(60) == 0
    stage.work()
    return stage.ends(run_id, attempts=2)


def cancel(stage: Stage, phase: str) -> Cast:
    run_id = stage.held_in(phase)
    processes = stage.jobs()
    for _ in range(2):
        assert stage.api.post(f"runs/{run_id}/cancel").status_code == 202
    stage.let_go()
    cast = stage.ends(run_id, "cancelled", attempts=1)
    stage.gone(processes)
    assert stage.api.get("models").json()["items"] == []
    return cast


def cancel_in_the_queue(stage: Stage) -> Cast:
    run_id = stage.start()
    assert stage.api.post(f"runs/{run_id}/cancel").status_code == 202
    stage.work()
    return stage.ends(run_id, "cancelled", attempts=0)


def pause(stage: Stage, phase: str) -> Cast:
    run_id = stage.held_in(phase)
    assert stage.api.post(f"runs/{run_id}/pause").status_code == 202
    stage.let_go()
    stage.comes_to(run_id, "paused")
    assert stage.api.post(f"runs/{run_id}/resume").status_code == 202
    return stage.ends(run_id, attempts=2)


def pause_in_the_queue(stage: Stage) -> Cast:
    run_id = stage.start()
    assert stage.api.post(f"runs/{run_id}/pause").status_code == 202
    stage.work()
    assert stage.api.post(f"runs/{run_id}/resume").status_code == 202
    return stage.ends(run_id, attempts=1)


def diverge(stage: Stage) -> Cast:
    stage.work()
    cast = stage.ends(stage.diverges(), "failed", attempts=1)
    assert stage.job(cast.run_id).problem["code"] == "diverged"
    return cast


def newer_recipe(stage: Stage) -> Cast:
    """A run of a newer studio's is left alone until a worker that knows its recipe comes."""
    run_id = stage.start()
    _set_schema(stage, run_id, 99)
    worker = stage.work()
    stage.studio.broker.ring("gpu")
    wait_until(lambda: worker.log.read_bytes().count(b"succeeded in") >= 1, 30, "a look at it")
    assert stage.status(run_id) == "queued"
    _set_schema(stage, run_id, 1)
    return stage.ends(run_id, attempts=1)


def _set_schema(stage: Stage, run_id: str, schema: int) -> None:
    job_id = stage.job(run_id).id
    with stage.studio.database.writing() as session:
        session.get_one(Job, job_id).schema = schema


RANK_1 = {
    f"{phase}, rank 1": Cell(_in(partial(kill_training, rank=1), phase), ranks=2)
    for phase in ("training",)
}

ROWS = (
    Row(
        fault="kill -9 of the worker",
        right="its training dies with it; another worker goes on from the last checkpoint",
        phases={
            **in_each(kill_worker, EVERYWHERE, in_ci=("training",)),
            "after the end": Cell(kill_worker_after_the_end),
        },
        is_core=True,
    ),
    Row(
        fault="kill -9 of the training",
        right="seen at once, its signal is said, tried again; other ranks are gone",
        phases={
            **in_each(kill_training_alone, IN_TRAINING, in_ci=("saving",)),
            "training, rank 0": Cell(_in(partial(kill_training, rank=0), "training"), ranks=2),
            **RANK_1,
            "storing": NOTHING_RUNS,
            "launcher": "There is none: the worker starts each rank by itself.",
            "data worker": "There is none: batches are read in the training's own process.",
        },
        is_core=True,
    ),
    Row(
        fault="a worker stands still",
        right="resumed elsewhere; its first write finds that it lost the run, and it ends its own",
        phases={
            "training": Cell(_in(pause_worker, "training")),
            "storing": Cell(pause_worker_while_it_stores),
            "preparing": ONE_FENCE,
            "evaluating": ONE_FENCE,
            "saving": ONE_FENCE,
        },
        is_core=True,
    ),
    Row(
        fault="late write of a lost attempt",
        right="refused and logged; it has its own folder to write into",
        phases={"storing": "The row above does it: its success is held until after the takeover."},
        is_core=True,
    ),
    Row(
        fault="the training hangs",
        right="its stacks are in the log; ended and tried again",
        phases={
            "training": Cell(hang),
            "preparing": ONE_WATCHDOG,
            "evaluating": ONE_WATCHDOG,
            "saving": ONE_WATCHDOG,
        },
        is_core=True,
    ),
    Row(
        fault="several reconcilers",
        right="each repair happens once",
        phases={"training": Cell(many_reconcilers)},
        is_core=True,
    ),
    Row(
        fault="SIGTERM to the worker",
        right="checkpoint, exit 0; the run waits again and no retry is spent",
        phases={
            **in_each(stop_worker, ("preparing", "training", "evaluating")),
            **in_each(stop_worker_at_the_end, ("saving", "storing"), in_ci=("saving",)),
            "training, twice": Cell(lambda stage: stop_worker(stage, "training", times=2)),
            "writing a checkpoint": Cell(stop_worker_while_it_saves_a_checkpoint),
        },
        is_core=True,
    ),
    Row(
        fault="cancel",
        right="ended within seconds; a late success does not undo it",
        phases={
            "queued": Cell(cancel_in_the_queue, in_ci=True),
            **in_each(cancel, EVERYWHERE, in_ci=("preparing",)),
        },
    ),
    Row(
        fault="pause",
        right="set aside with a checkpoint; resumed, it ends as if nothing had been",
        phases={
            "queued": Cell(pause_in_the_queue),
            **in_each(pause, ("preparing", "training", "evaluating")),
            "saving": "Nothing is left to set aside but a file's writing: it succeeds.",
            "storing": "Nothing is left to set aside: it succeeds.",
        },
    ),
    Row(
        fault="loss is not a number",
        right="it stops with step, cause and fix; it is not tried again",
        phases={"training": Cell(diverge, in_ci=True)},
    ),
    Row(
        fault="upgrade in the middle",
        right="an old worker leaves a newer recipe in the queue",
        phases={
            "queued": Cell(newer_recipe),
            "training": "Nothing was released yet that a run could have begun under.",
        },
    ),
    Row(
        fault="GPU lost, GPU out of memory",
        right="another device; half the batch",
        phases={
            "training": "It needs a GPU. What follows is tried in tests/worker/jobs/"
            "test_smaller_batches.py."
        },
    ),
)

assert set(EVERYWHERE) == set(HOLD)
