"""What can be trained with this data: every loss, with yes, yes after one change, or no, because."""

from dataclasses import dataclass
from enum import StrEnum

from backend.catalog.columns import TableFacts
from backend.catalog.losses import LOSSES
from backend.catalog.rows import LossRow
from backend.problems import Fix, Pointer
from backend.recipes.columns_fit import complaint, mapping_changes
from backend.recipes.schemas import Mapping


class Fitness(StrEnum):
    FITS = "fits"
    AFTER_A_CHANGE = "after_a_change"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One loss's answer. `fixes` patch the mapping (their pointers start at it)."""

    loss: LossRow
    fitness: Fitness
    because: str | None
    fixes: tuple[Fix, ...] = ()


def fits(mapping: Mapping, facts: TableFacts) -> list[Fit]:
    """One answer a loss; those that fit first, in the catalogue's order."""
    answers = [_fit(loss, mapping, facts) for loss in LOSSES.values()]
    return sorted(answers, key=lambda fit: list(Fitness).index(fit.fitness))


def _fit(loss: LossRow, mapping: Mapping, facts: TableFacts) -> Fit:
    because = complaint(loss, mapping, facts)
    if because is None:
        return Fit(loss=loss, fitness=Fitness.FITS, because=None)
    fixes = tuple(fix for fix, _ in mapping_changes(loss, mapping, facts, Pointer("")))
    fitness = Fitness.AFTER_A_CHANGE if fixes else Fitness.NO
    return Fit(loss=loss, fitness=fitness, because=because, fixes=fixes)
