"""Looking at a dataset before it is brought: its splits, and the first rows of one.

The viewer is asked first, then the dataset's own card, and where neither says, a job reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.accounts.people import Person
from backend.hub import errors
from backend.hub.access import Access
from backend.hub.asking import Unanswered
from backend.preparing.hub import first_rows, preview_jobs, splits
from backend.preparing.hub.first_rows import FirstRows, Wanted
from backend.preparing.hub.search import Found, look_up
from backend.preparing.hub.splits import Split, Subset, Subsets
from backend.runs.tables import Job
from backend.studio import Studio


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A dataset at one commit. `subsets` is empty while only a job can tell."""

    info: Found
    commit: str
    subsets: Subsets
    is_head: bool

    @property
    def repo(self) -> str:
        return self.info.id

    def subset(self, name: str | None) -> Subset | None:
        """The one of this name, or the first; None where none is known yet.

        Raises NoSuchPart.
        """
        if not self.subsets or name is None:
            return next(iter(self.subsets), None)
        found = next((each for each in self.subsets if each.name == name), None)
        if found is None:
            raise errors.NoSuchPart("subset", name, [each.name for each in self.subsets])
        return found

    def split(self, subset: str | None, name: str | None) -> Split | None:
        """As `subset`, of its splits."""
        among = self.subset(subset)
        if among is None or not among.splits:
            return None
        found = among.named(name)
        if found is None:
            raise errors.NoSuchPart("split", str(name), [each.name for each in among.splits])
        return found


def look(access: Access, repo: str, revision: str | None = None) -> Looked:
    """What can be known of a dataset within seconds.

    Raises Offline, Away, NoDataset, NoSuchPart.
    """
    info = look_up(access, repo, revision)
    commit = str(info.get("sha"))
    return Looked(
        info=Found.of(info),
        commit=commit,
        subsets=_subsets(access, info, commit, is_head=revision is None),
        is_head=revision is None,
    )


def _subsets(access: Access, info: Mapping[str, Any], commit: str, is_head: bool) -> Subsets:
    if is_head:  # the viewer knows no other state of it
        try:
            return splits.of_viewer(access, str(info["id"]), commit)
        except Unanswered:
            pass
    return splits.of_card(info.get("cardData"))


def rows_of(
    studio: Studio,
    who: Person,
    access: Access,
    looked: Looked,
    subset: str | None,
    split: str | None,
) -> FirstRows | Job:
    """The first rows of a split, or the job that reads them.

    Raises NoSuchPart, and NotPreviewed where the job could not.
    """
    among, chosen = looked.subset(subset), looked.split(subset, split)
    if looked.is_head and among and chosen:
        try:
            return first_rows.of_viewer(access, looked.repo, looked.commit, among.name, chosen.name)
        except Unanswered:
            pass
    wanted = Wanted(
        repo=looked.repo,
        commit=looked.commit,
        subset=among.name if among else subset,
        split=chosen.name if chosen else split,
    )
    return studio.database.retrying(
        lambda session: preview_jobs.ask(session, who, studio.broker, wanted)
    )
