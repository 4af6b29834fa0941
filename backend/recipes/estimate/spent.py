"""What a training really took, as its own process saw it."""

from pydantic import BaseModel

from backend.recipes.estimate.model_facts import ModelFacts


class Spent(BaseModel):
    """`seconds` are from the process's order to its last word; of these it trained and measured so
    many, both without the other. `memory_bytes` is the most that the process held at a time, on a
    GPU what it held there; `disk_bytes` what its folder holds in the end. `was_resumed`: an earlier
    attempt did a part of it."""

    host: str
    device: str
    ranks: int
    steps: int
    seconds: float
    training_seconds: float
    evaluation_seconds: float
    memory_bytes: int
    disk_bytes: int
    base_model: str
    model: ModelFacts
    was_resumed: bool
