"""The tabs of the settings area: a row each. Whoever adds a page there adds its row here, and its
template extends `settings/layout.html` with `{% set tab = … %}`, the row's path."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.web.languages import to_say


@dataclass(frozen=True, kw_only=True)
class Tab:
    """`takes` is the right without which the page isn't shown (see `Rights`). `needs_accounts`: it
    makes no sense for a single user."""

    path: str
    name: str
    takes: str | None = None
    needs_accounts: bool = True


TABS: Sequence[Tab] = (
    Tab(path="/settings/account", name=to_say("Account"), needs_accounts=False),
    Tab(path="/settings/tokens", name=to_say("Tokens")),
    Tab(path="/settings/hub", name="Hugging Face", needs_accounts=False),
    Tab(path="/settings/notifications", name=to_say("Notifications"), needs_accounts=False),
    Tab(path="/settings/projects", name=to_say("Projects")),
    Tab(path="/settings/webhooks", name=to_say("Webhooks"), takes="admin", needs_accounts=False),
    Tab(path="/workers", name=to_say("Workers"), takes="read", needs_accounts=False),
    Tab(path="/settings/people", name=to_say("People"), takes="run_studio"),
    Tab(path="/settings/audit", name=to_say("Audit log"), takes="run_studio"),
)
