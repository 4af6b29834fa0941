"""The table: every route, the gate it has, and what those get who pass it.

    method  path  gate  [answer] [/ answer about what is a neighbour's]

Who passes the gate is let in, and finds what is theirs: no 401, 403, 404 and no mistake of ours;
where it is one of these nonetheless, the row says it. What a neighbour owns is missing, 404, where
a path names it; where a body does, the row says what is answered. A stranger gets 401, or is led to
the sign-in page; who doesn't pass the gate gets 403, before anything is looked up.
"""

from dataclasses import dataclass

LET_IN: dict[str, tuple[str, ...]] = {
    "read": ("viewer", "member", "admin", "administrator", "token to read", "token to write"),
    "write": ("member", "admin", "administrator", "token to write"),
    "train": ("member", "admin", "administrator"),
    "publish": ("member", "admin", "administrator"),
    "embed": ("viewer", "member", "admin", "administrator", "token to embed"),
    "admin": ("admin", "administrator"),
    "studio": ("administrator",),
    "known": (
        "viewer",
        "member",
        "admin",
        "administrator",
        "token to read",
        "token to embed",
        "token to write",
    ),
    "person": ("viewer", "member", "admin", "administrator"),
}
"""Who passes which gate. The administrator of the studio is a member of the project."""


TURNED_AWAY = frozenset({401, 403, 404, 500, 501, 502, 503})


@dataclass(frozen=True, kw_only=True)
class Row:
    method: str
    path: str
    gate: str
    own: int | None  # None: they are let in, and find it
    foreign: int | None  # None: nothing in it is anybody's

    @property
    def takes_away(self) -> bool:
        return self.method == "DELETE" or self.path.endswith(("/remove", "/revoke", "/end"))

    @property
    def kept_from(self) -> tuple[str, ...]:
        """From whom a neighbour's things are kept: all who pass the gate. Projects themselves are
        looked after by the administrators of the studio, who see what they are called."""
        of_projects = self.path.startswith("/api/v1/projects/")
        left_out = {"administrator"} if of_projects else set()
        return tuple(name for name in LET_IN[self.gate] if name not in left_out)


def rows(text: str) -> list[Row]:
    return [_row(*line.split()) for line in text.strip().splitlines()]


def _row(method: str, path: str, gate: str, *answers: str) -> Row:
    own = [int(answer) for answer in answers[:1] if answer != "/"]
    foreign = [int(answer) for answer in answers[-1:] if "/" in answers]
    is_named = any(f"{{{name}}}" in path for name in NAMES)
    return Row(
        method=method,
        path=path,
        gate=gate,
        own=own[0] if own else None,
        foreign=foreign[0] if foreign else 404 if is_named else None,
    )


NAMES = (
    "project_id version_id dataset_id upload_id run_id job_id model_id recipe_id invitation_id "
    "experiment_id token_id endpoint_id delivery_id user_id worker_id session_id publication_id "
    "destination_id share_id name:path"
).split()

FILLED = {
    "part": "1",
    "name": "MultipleNegativesRankingLoss",
    "operation": "drop_duplicates",
    "finding": "duplicates",
    "row": "0",
    "secret": "unknown",
    "column": "question",
    "column:path": "question",
    "repo:path": "a/b",
    "name:path": "{model_id}",
    "tree": "0",
    "path:path": "styles/none.css",
}
"""Other parts of paths."""
