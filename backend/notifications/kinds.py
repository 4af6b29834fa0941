"""What a person can ask to be told of: those kinds of messages that somebody waits for."""

from backend.web.languages import to_say
from backend.webhooks.kinds import WebhookKind

WHEN = {
    WebhookKind.RUN_SUCCEEDED: to_say("a run is done, with its verdict"),
    WebhookKind.RUN_FAILED: to_say("a run has failed"),
    WebhookKind.RUN_PAUSED: to_say("a run is paused, or needs you"),
    WebhookKind.MODEL_PUBLISHED: to_say("a model was published"),
    WebhookKind.VERSION_INVALID: to_say("data could not be read or changed"),
}
"""Each kind, in words that go on from “Tell me when”."""

NOTIFIED = tuple(WHEN)
