"""What a training leaves beside its model folder."""

from pydantic import BaseModel

from backend.proof.schemas import Served, Tails, Verdict
from backend.recipes.estimate.spent import Spent


class Chosen(BaseModel):
    """All metrics on *choose* of base and tuned model: what choices are made by."""

    evaluator: str
    before: dict[str, float]
    after: dict[str, float]
    part_hash: str


class TrainResult(BaseModel):
    """All metrics on *prove* of base and tuned model, and the verdict; empty where nothing was held
    out. `prove_hash` tells which rows these were, so that one can count what they have judged;
    `tails` let the interval be widened for that count. `served` is how the saved model compared,
    `spent` what the training took."""

    before: dict[str, float] = {}
    after: dict[str, float] = {}
    proof: Verdict | None = None
    tails: Tails | None = None
    prove_hash: str = ""
    choose: Chosen | None = None
    served: Served | None = None
    spent: Spent | None = None
