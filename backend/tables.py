"""All tables of all features, in one import: for migrations, and for tests."""

from backend.accounts.tables import Project
from backend.datasets.tables import Dataset, DatasetVersion, Profile, ReviewAnswer, Upload
from backend.models.tables import Model
from backend.proof.tables import Evaluation
from backend.runs.tables import Attempt, Event, Job, Run

__all__ = [
    "Attempt",
    "Dataset",
    "DatasetVersion",
    "Evaluation",
    "Event",
    "Job",
    "Model",
    "Profile",
    "Project",
    "ReviewAnswer",
    "Run",
    "Upload",
]
