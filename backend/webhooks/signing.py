"""Secrets of endpoints, and the signatures that receivers check.

Source: Standard Webhooks 1.0, https://github.com/standard-webhooks/standard-webhooks
"""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

_SECRET_BYTES = 32


def new_secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(
    message_id: str, at: datetime, body: str, signers: Sequence[str]
) -> dict[str, str]:
    """What a message carries: its id, its time, and a signature by each of these secrets."""
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in signers]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
