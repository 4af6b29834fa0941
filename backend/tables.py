"""All tables of all features, in one import: for migrations, and for tests."""

from backend.accounts.tables import Project
from backend.cookbook.tables import KeptRecipe
from backend.datasets.tables import Dataset, DatasetVersion, Profile, ReviewAnswer, Upload
from backend.models.tables import Model
from backend.proof.tables import Evaluation
from backend.runs.tables import (
    Attempt,
    AttemptHelper,
    CurvePiece,
    Event,
    Job,
    Run,
    RunVersion,
)
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint
from backend.workers.tables import Quarantine, Worker

__all__ = [
    "Attempt",
    "AttemptHelper",
    "CurvePiece",
    "Dataset",
    "DatasetVersion",
    "Evaluation",
    "Event",
    "Job",
    "KeptRecipe",
    "Model",
    "Profile",
    "Project",
    "Quarantine",
    "ReviewAnswer",
    "Run",
    "RunVersion",
    "Upload",
    "WebhookDelivery",
    "WebhookEndpoint",
    "Worker",
]
