"""What a job is told that does something to a model of this studio."""

from pathlib import Path

from pydantic import BaseModel

from worker.jobs.train_order import TrainOrder


class ModelOrder(BaseModel):
    """The model, where its folder is, and the training that its run was: the recipe and its rows
    say what it is measured by. `proof_folder` is what was kept of its judgement, if anything was;
    `wanted` is what the person asked for, as the job itself reads it."""

    model_id: str
    model_name: str
    model_folder: Path
    proof_folder: Path | None
    train: TrainOrder
    wanted: dict[str, object]
