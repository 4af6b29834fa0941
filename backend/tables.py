"""All tables of all features, in one import: for migrations, and for tests."""

from backend.accounts.oidc.tables import ExternalIdentity
from backend.accounts.tables import (
    ApiToken,
    AuditEntry,
    ClaimLink,
    Invitation,
    Membership,
    Project,
    SignInSession,
    SignInTries,
    User,
)
from backend.cookbook.tables import KeptRecipe
from backend.datasets.tables import (
    Dataset,
    DatasetVersion,
    DiscardedObject,
    Profile,
    ReviewAnswer,
    Upload,
)
from backend.experiments.tables import Experiment
from backend.hub.tables import HubConnection
from backend.models.sizes.tables import ModelSizes
from backend.models.tables import Model
from backend.notifications.tables import Notification, NotificationChoice, NotificationDestination
from backend.proof.tables import Evaluation
from backend.publishing.tables import Publication
from backend.rest.tables import KeptAnswer
from backend.runs.tables import (
    Attempt,
    AttemptHelper,
    CurvePiece,
    Event,
    Job,
    Machine,
    Run,
    RunCost,
    RunVersion,
)
from backend.sharing.tables import RunShare
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint
from backend.workers.tables import Quarantine, Worker

__all__ = [
    "ApiToken",
    "Attempt",
    "AttemptHelper",
    "AuditEntry",
    "ClaimLink",
    "CurvePiece",
    "Dataset",
    "DatasetVersion",
    "DiscardedObject",
    "Evaluation",
    "Event",
    "Experiment",
    "ExternalIdentity",
    "HubConnection",
    "Invitation",
    "Job",
    "KeptAnswer",
    "KeptRecipe",
    "Machine",
    "Membership",
    "Model",
    "ModelSizes",
    "Notification",
    "NotificationChoice",
    "NotificationDestination",
    "Profile",
    "Project",
    "Publication",
    "Quarantine",
    "ReviewAnswer",
    "Run",
    "RunCost",
    "RunShare",
    "RunVersion",
    "SignInSession",
    "SignInTries",
    "Upload",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
    "Worker",
]
