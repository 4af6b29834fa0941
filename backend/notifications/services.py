"""The services that a destination's URL may name: an allow-list, a row each.

Apprise knows some two hundred, among them such as run programs, write to this machine's desktop or
speak any protocol into any network. Only those stand here that speak HTTP or SMTP; what they connect
to is held to public addresses besides (see `courier_process`).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Service:
    """`is_secure`: it speaks TLS, so it may go over the public internet. `takes_headers`: a message
    can carry its id beside its words."""

    name: str
    is_secure: bool = True
    takes_headers: bool = False
    example: str = ""


SERVICES: Mapping[str, Service] = {
    "discord": Service(name="Discord", example="discord://webhook-id/webhook-token"),
    "slack": Service(name="Slack", example="slack://token-a/token-b/token-c"),
    "workflows": Service(name="Microsoft Teams", example="workflows://host/workflow/signature"),
    "gchat": Service(name="Google Chat", example="gchat://workspace/key/token"),
    "tgram": Service(name="Telegram", example="tgram://bot-token/chat-id"),
    "zulip": Service(name="Zulip", example="zulip://bot@organization/token/stream"),
    "wxteams": Service(name="Webex", example="wxteams://token"),
    "pover": Service(name="Pushover", example="pover://user@token"),
    "ntfys": Service(name="ntfy", example="ntfys://ntfy.sh/topic"),
    "ntfy": Service(name="ntfy", is_secure=False),
    "matrixs": Service(name="Matrix", example="matrixs://user:password@host/#room"),
    "matrix": Service(name="Matrix", is_secure=False),
    "mmosts": Service(name="Mattermost", example="mmosts://host/token"),
    "mmost": Service(name="Mattermost", is_secure=False),
    "rockets": Service(name="Rocket.Chat", example="rockets://user:password@host/#channel"),
    "rocket": Service(name="Rocket.Chat", is_secure=False),
    "nctalks": Service(name="Nextcloud Talk", example="nctalks://user:password@host/room"),
    "nctalk": Service(name="Nextcloud Talk", is_secure=False),
    "gotifys": Service(name="Gotify", example="gotifys://host/token"),
    "gotify": Service(name="Gotify", is_secure=False),
    "mailtos": Service(
        name="e-mail", takes_headers=True, example="mailtos://user:password@example.org"
    ),
    "mailto": Service(name="e-mail", is_secure=False, takes_headers=True),
    "jsons": Service(name="JSON", takes_headers=True, example="jsons://host/path"),
    "json": Service(name="JSON", is_secure=False, takes_headers=True),
}
"""By schema. Those without TLS go only where the operator lets the studio call inside."""

NAMED = {row.name: row.example for row in SERVICES.values() if row.is_secure}
"""For people: each service once, with an example."""

PARAMETERS = frozenset(
    {
        "bot_name",
        "channel",
        "footer",
        "from",
        "mode",
        "name",
        "pass",
        "port",
        "priority",
        "smtp",
        "thread",
        "to",
        "topic",
        "user",
    }
)
"""What may follow the question mark. Others would name files of this machine (templates, keys,
attachments), add headers, or leave out the check of a certificate."""
