"""A dataset as its page shows it: all that is known of it within seconds, and what is wrong."""

from dataclasses import dataclass, field

from backend.accounts.people import Person
from backend.hub import errors
from backend.hub.access import Access
from backend.hub.connection import access_of
from backend.preparing.hub.picking import Looked, look, rows_of
from backend.preparing.hub.preview import Preview, preview_of
from backend.preparing.hub.splits import Split, Subsets
from backend.problems import Problem, Refusal
from backend.recipes.fits import Fit, Fitness
from backend.recipes.hub import part_of
from backend.runs.tables import Job
from backend.studio import Studio

_MOST_FITS = 3


@dataclass(kw_only=True)
class Picked:
    """`looked` is None where the Hub doesn't give it. `job` reads the first rows meanwhile."""

    repo: str
    url: str
    hub: str
    has_token: bool
    revision: str | None
    subset: str | None
    split: str | None
    looked: Looked | None = None
    subsets: Subsets = ()
    preview: Preview | None = None
    job: Job | None = None
    status: int = 200
    problems: list[Problem] = field(default_factory=list)

    @property
    def splits(self) -> tuple[Split, ...]:
        """Of the chosen subset, or of the first."""
        among = [each for each in self.subsets if self.subset in (None, each.name)]
        return among[0].splits if among else ()

    @property
    def chosen(self) -> Split | None:
        return next((split for split in self.splits if split.name == self.split), None)

    @property
    def beside(self) -> list[tuple[Split, str]]:
        """Other splits that can come along, each with its part: to choose or to prove with."""
        if self.split is None or part_of(self.split) != "train":
            return []
        found = [(each, part_of(each.name)) for each in self.splits if each.name != self.split]
        return [(split, part) for split, part in found if part in ("choose", "prove")]

    @property
    def best_fits(self) -> list[Fit]:
        answers = self.preview.fits if self.preview else ()
        return [fit for fit in answers if fit.fitness is Fitness.FITS][:_MOST_FITS]


def pick(
    studio: Studio,
    who: Person,
    repo: str,
    subset: str | None,
    split: str | None,
    revision: str | None,
) -> Picked:
    """What is to be shown; what is wrong is part of it."""
    access = access_of(studio, who)
    picked = Picked(
        repo=repo,
        url=access.page_of(repo),
        hub=access.hub,
        has_token=False,
        revision=revision,
        subset=subset,
        split=split,
    )
    try:
        picked.has_token = access.token is not None
        _fill(studio, who, access, picked)
    except Refusal as refusal:
        picked.status = refusal.status
        picked.problems = list(refusal.problems)
    return picked


def _fill(studio: Studio, who: Person, access: Access, picked: Picked) -> None:
    """Put in what can be known; raises the Refusal that ends it, with all before it there."""
    looked = look(access, picked.repo, picked.revision)
    picked.looked = looked
    picked.subsets = looked.subsets
    among = looked.subset(picked.subset)
    picked.subset = among.name if among else picked.subset
    chosen = looked.split(picked.subset, picked.split)
    picked.split = chosen.name if chosen else picked.split
    if looked.info.gated and not picked.has_token:
        raise errors.Gated(access, looked.repo)
    first = rows_of(studio, who, access, looked, picked.subset, picked.split)
    if isinstance(first, Job):
        picked.job = first
        return
    picked.subset, picked.split = first.subset, first.split
    picked.subsets = picked.subsets or first.known_subsets()
    picked.preview = preview_of(first)
