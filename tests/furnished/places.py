"""Where a page stands, in one of its states, and who may see it."""

from dataclasses import dataclass

ADA, NEWCOMER, VIEWER, STRANGER = "ada", "newcomer", "viewer", "stranger"
"""Who administers the studio; the same person in a project that is empty; a viewer; nobody known."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """`name` is for files and failures. `template` is what is looked at once where looking takes
    long: the fullest of its states. `status` is how the studio answers."""

    name: str
    path: str
    who: str = ADA
    status: int = 200
    is_fullest: bool = False
