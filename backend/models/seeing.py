"""A person's own texts, as base and tuned model see them: looked at, searched, mapped. No HTTP here.

Legend: N texts; D dimensions.
"""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.ids import ModelId
from backend.models import work
from backend.models.embedder import Embedder
from backend.models.seeing_schemas import (
    ChangedOut,
    FoundTextOut,
    MapOut,
    PointOut,
    SearchOut,
    SeenOut,
)
from backend.models.tables import Model
from backend.problems import Invalid, Pointer, Problem, Refusal
from backend.proof import seen
from backend.proof.seen import Seen
from backend.runs.states import JobKind
from backend.runs.tables import Job
from backend.storage import Storage

AT_ONCE = 1_024
"""Vectors that are in memory as 32-bit floats at once."""

MOST_POINTS = 1_500
LONGEST_ON_MAP = 200
_DRAW = 0


class NotLookedAt(Refusal):
    """The two models were not asked yet what they make of the person's texts."""

    status = 404

    def __init__(self, model_id: ModelId) -> None:
        super().__init__(
            Problem(
                code="not_looked_at",
                title="Nothing was looked at yet",
                detail="Both models must embed your texts first: "
                f"POST /api/v1/models/{model_id}/seen, and wait for its job.",
            )
        )


def begin(session: Session, who: Person, broker: Broker, model_id: ModelId) -> Job:
    """Queue the look; where it was done, that job, for it would see the same again.

    Raises NotFound if `who` may not see the model.
    """
    done = work.newest_done(session, who, model_id, JobKind.SEE)
    return done or work.begin(session, who, broker, JobKind.SEE, model_id, {})


def of_model(session: Session, who: Person, storage: Storage, model: Model) -> Seen:
    """Raises NotLookedAt where the look was not done."""
    if work.newest_done(session, who, model.id, JobKind.SEE) is None:
        raise NotLookedAt(model.id)
    return seen.read(storage.folder(seen.key_of(model.id)))


def summary(found: Seen, most: int) -> SeenOut:
    """How much changed, and the `most` texts of which the most did."""
    near = found.neighbours
    return SeenOut(
        texts=len(found.texts),
        left_out=found.left_out,
        neighbours=near.count,
        stayed=float(near.stayed.mean() / near.count),
        unchanged=int((near.stayed == near.count).sum()),
        groups=list(found.groups),
        changed=[_changed(found, place) for place in near.most_changed(most)],
    )


def search(embedder: Embedder, model: Model, found: Seen, query: str, most: int) -> SearchOut:
    """What each model finds for a question, side by side.

    Raises Unready while a model is being loaded. Takes no session: embedding is slow.
    """
    asked = found.asked
    tuned_D = embedder.search_vector(model.id, query, asked)
    base_D = embedder.search_vector(model.base_model, query, asked, asked.revision)
    base_N, tuned_N = _scores(found.base, base_D), _scores(found.tuned, tuned_D)
    return SearchOut(
        base=_best(found, base_N, tuned_N, most),
        tuned=_best(found, tuned_N, base_N, most),
    )


def flat_map(found: Seen, by: str | None, most: int = MOST_POINTS) -> MapOut:
    """At most `most` texts on both maps, the same ones each time.

    Raises Invalid where nothing of the name `by` groups the texts.
    """
    if by is not None and by not in found.groups:
        known = ", ".join(found.groups) or "nothing does"
        raise Invalid(
            Problem(
                code="unknown_group",
                title="Nothing of this name groups the texts",
                detail=f"{by!r} doesn't; what does: {known}.",
                at=Pointer("/by"),
            )
        )
    shown = by or next(iter(found.groups), None)
    names = found.groups[shown] if shown else [""] * len(found.texts)
    return MapOut(
        by=shown,
        base_share=found.maps.base_share,
        tuned_share=found.maps.tuned_share,
        points=[
            PointOut(
                text=found.text(place)[:LONGEST_ON_MAP],
                group=names[place],
                base=_point(found.maps.base, place),
                tuned=_point(found.maps.tuned, place),
            )
            for place in _some(len(found.texts), most)
        ],
    )


def _some(count: int, most: int) -> list[int]:
    if count <= most:
        return list(range(count))
    drawn = np.random.default_rng(_DRAW).choice(count, most, replace=False)
    return [int(place) for place in np.sort(drawn)]


def _point(map_N2: NDArray[np.float64], place: int) -> tuple[float, float]:
    return float(map_N2[place, 0]), float(map_N2[place, 1])


def _changed(found: Seen, place: int) -> ChangedOut:
    near = found.neighbours
    base_N = _scores(found.base, found.base[place])
    tuned_N = _scores(found.tuned, found.tuned[place])
    base_N[place] = tuned_N[place] = -np.inf  # it is no neighbour of itself
    return ChangedOut(
        text=found.text(place),
        stayed=int(near.stayed[place]),
        base=[_found(found, at, base_N, tuned_N, n) for n, at in enumerate(near.base[place], 1)],
        tuned=[_found(found, at, tuned_N, base_N, n) for n, at in enumerate(near.tuned[place], 1)],
    )


def _best(
    found: Seen, scores_N: NDArray[np.float32], other_N: NDArray[np.float32], most: int
) -> list[FoundTextOut]:
    order = np.argsort(-scores_N, kind="stable")[:most]
    return [_found(found, at, scores_N, other_N, n) for n, at in enumerate(order, 1)]


def _found(
    found: Seen,
    at: int,
    scores_N: NDArray[np.float32],
    other_N: NDArray[np.float32],
    place: int,
) -> FoundTextOut:
    """`other_N` are the other model's scores: a text is behind those that it finds more alike, and
    behind the equal ones that come first."""
    before = (other_N > other_N[at]).sum() + (other_N[:at] == other_N[at]).sum()
    return FoundTextOut(
        text=found.text(int(at)),
        score=float(scores_N[at]),
        place=place,
        other_place=1 + int(before),
    )


def _scores(
    unit_ND: NDArray[np.float16], vector_D: NDArray[np.float16] | NDArray[np.float32]
) -> NDArray[np.float32]:
    """The cosine of a vector with each text's, N; the vectors lie in a file, and stay there."""
    wide_D = vector_D.astype(np.float32)
    wide_D /= max(float(np.linalg.norm(wide_D)), 1e-12)
    parts = [
        unit_ND[start : start + AT_ONCE].astype(np.float32) @ wide_D
        for start in range(0, len(unit_ND), AT_ONCE)
    ]
    scores_N: NDArray[np.float32] = np.concatenate(parts)
    return scores_N
