"""Rows of the disk: full at each thing that is written, and checkpoints that are broken."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from backend import fault_points
from backend.fault_points import HOW, Armed
from tests.faults.row import Cell, Row
from tests.faults.stage import SECONDS, Cast, Stage
from tests.processes import ended_in_time, wait_until
from tests.runs import trainings


def full_in_training(point: str, nth: int = 1) -> Callable[[Stage], Cast]:
    """The run pauses and says why; with room again, and a worker, it goes on."""

    def act(stage: Stage) -> Cast:
        worker = stage.work(LIKEWISE_FAULT=f"{point}:{nth}:full")
        run_id = stage.start()
        wait_until(lambda: "paused" in states(stage, run_id), SECONDS, "the pause")
        assert ended_in_time(worker, 60)
        stage.work()
        stage.api.post(f"runs/{run_id}/resume")  # unless it has found the room by itself
        return stage.ends(run_id)

    return act


def states(stage: Stage, run_id: str) -> list[str]:
    return trainings.states(trainings.events(stage.api, run_id))


def full_in_upload(stage: Stage) -> Cast:
    """507; and the same part again goes through."""
    content = trainings.pairs_csv(80)
    wanted = {"file_name": "pairs.csv", "size_bytes": len(content)}
    upload = stage.api.post("uploads", json=wanted).json()
    part = f"uploads/{upload['id']}/parts/1"
    armed = fault_points.armed
    fault_points.armed = lambda: plan  # type: ignore[assignment]  # the server is in this process
    plan = Armed("upload.part written", 1, HOW["full"])
    answers = [stage.api.put(part, content=content).status_code for _ in range(2)]
    fault_points.armed = armed
    assert answers == [507, 200]
    stage.work()
    return stage.ends(stage.train(version_of_upload(stage, upload["id"])), attempts=1)


def version_of_upload(stage: Stage, upload_id: str) -> str:
    assert stage.api.post(f"uploads/{upload_id}/complete").status_code == 200
    answer = stage.api.post("datasets/import", json={"uploads": [upload_id]})
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])


def newest_checkpoint(broken: Callable[[Path], None]) -> Callable[[Stage], Cast]:
    """The one before it is taken, and an event says so."""

    def act(stage: Stage) -> Cast:
        run_id = stage.held_in("training")
        broken(stage.checkpoints(run_id)[0])
        os.kill(stage.training(), signal.SIGKILL)
        stage.let_go()
        cast = stage.ends(run_id, attempts=2)
        said = stage.said(run_id)
        assert "checkpoint of step 12 is damaged; the one before it is taken" in said
        assert "resuming from checkpoint of step 6" in said
        return cast

    return act


def flip(checkpoint: Path) -> None:
    place = checkpoint / "model.safetensors"
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 0xFF
    place.write_bytes(content)


def cut(checkpoint: Path) -> None:
    os.truncate(checkpoint / "optimizer.pt", 100)


def empty(checkpoint: Path) -> None:
    shutil.rmtree(checkpoint)
    checkpoint.mkdir()


ROWS = (
    Row(
        fault="disk full",
        right="507, or the run pauses and says what it needs; it goes on when there is room",
        phases={
            "upload": Cell(full_in_upload),
            "checkpoint": Cell(full_in_training("checkpoint.files written", 4)),
            "model": Cell(full_in_training("train.model saved")),
            "storing the model": Cell(full_in_training("storage.folder copied")),
            "events": Cell(full_in_training("spool.line written", 40)),
            "import": "The same ending of a job's process: tests/worker/jobs/test_ending.py.",
            "token cache": "Written by the training's process: the same as its checkpoint.",
            "database": "It needs a disk of its own for the server; what its error becomes is "
            "in tests/backend/web/test_database_trouble.py.",
        },
    ),
    Row(
        fault="newest checkpoint is broken",
        right="the one before it, said in an event",
        phases={
            "a byte flipped": Cell(newest_checkpoint(flip)),
            "cut short": Cell(newest_checkpoint(cut)),
            "empty": Cell(newest_checkpoint(empty)),
        },
    ),
    Row(
        fault="loss of power between two writes",
        right="old or new, nothing between",
        phases={"everywhere": "Each point, each time: tests/faults/test_crash_points.py."},
    ),
    Row(
        fault="host out of memory",
        right="said so; tried again with less",
        phases={
            "training": "A limit of a control group is needed, which not every machine lets a "
            "test set; its signal is the row of the killed training."
        },
    ),
)
