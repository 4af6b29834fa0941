"""What the studio tells webhooks about: one row for each kind of message."""

from enum import StrEnum


class WebhookKind(StrEnum):
    """The `type` of a message."""

    RUN_STARTED = "run.started"
    RUN_SUCCEEDED = "run.succeeded"
    RUN_FAILED = "run.failed"
    RUN_CANCELLED = "run.cancelled"
    RUN_PAUSED = "run.paused"
    VERSION_READY = "dataset_version.ready"
    VERSION_INVALID = "dataset_version.invalid"
    MODEL_READY = "model.ready"
    MODEL_PUBLISHED = "model.published"
    WORKER_OFFLINE = "worker.offline"
    TEST = "webhook.test"


WHEN = {
    WebhookKind.RUN_STARTED: "a worker has begun a run, or goes on with it",
    WebhookKind.RUN_SUCCEEDED: "a run has ended well",
    WebhookKind.RUN_FAILED: "a run has failed, and is not tried again by itself",
    WebhookKind.RUN_CANCELLED: "a person has stopped a run",
    WebhookKind.RUN_PAUSED: "a run was set aside, by a person or a full disk",
    WebhookKind.VERSION_READY: "a new version of a dataset can be trained with",
    WebhookKind.VERSION_INVALID: "data that was to become a version could not be read or changed",
    WebhookKind.MODEL_READY: "a run has left a model, with its verdict",
    WebhookKind.MODEL_PUBLISHED: "a model was published",
    WebhookKind.WORKER_OFFLINE: "a worker went silent; every project hears of it",
    WebhookKind.TEST: "somebody asked for a test; goes to that endpoint whatever it listens to",
}
"""When each is sent, in words."""

CHOSEN = tuple(kind for kind in WebhookKind if kind is not WebhookKind.TEST)
"""What an endpoint can listen to."""
