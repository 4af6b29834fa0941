"""The studio from Python: `Client` over REST, and the errors that it raises.

from likewise.client import Client

with Client() as studio:
    version = studio.upload("questions.csv")
    run = studio.start(studio.recommend(version.id))
    for event in studio.follow(run.id):
        print(event.kind, event.data)
"""

from likewise.client.client import Client
from likewise.client.errors import (
    ApiError,
    Incompatible,
    JobFailed,
    NoStudio,
    StudioError,
    Unreachable,
)
from likewise.client.fixes import apply_fix

__all__ = [
    "ApiError",
    "Client",
    "Incompatible",
    "JobFailed",
    "NoStudio",
    "StudioError",
    "Unreachable",
    "apply_fix",
]
