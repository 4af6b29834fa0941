"""What can be trained with this data: every loss, with yes, yes after one change, or no, because."""

from dataclasses import dataclass
from enum import StrEnum

from backend.catalog.columns import TableFacts
from backend.catalog.losses import LOSSES
from backend.catalog.rows import LossRow
from backend.problems import Fix, Pointer
from backend.recipes.columns_fit import complaint, mapping_changes
from backend.recipes.losses import fitting
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
    """One answer a loss; those that fit first, of them those that may be recommended, then in the
    catalogue's order."""
    answers = [_fit(loss, mapping, facts) for loss in LOSSES.values()]
    return sorted(answers, key=lambda fit: (list(Fitness).index(fit.fitness), _is_special(fit)))


def _is_special(fit: Fit) -> bool:
    return not (fit.loss.is_proposed and fit.loss.is_whole)


def _fit(loss: LossRow, mapping: Mapping, facts: TableFacts) -> Fit:
    """A wrapper fits what fits the loss that it would wrap."""
    if loss.wraps:
        return _fit_of_wrapper(loss, mapping, facts)
    because = complaint(loss, mapping, facts)
    if because is None:
        return Fit(loss=loss, fitness=Fitness.FITS, because=None)
    fixes = tuple(fix for fix, _ in mapping_changes(loss, mapping, facts, Pointer("")))
    fitness = Fitness.AFTER_A_CHANGE if fixes else Fitness.NO
    return Fit(loss=loss, fitness=fitness, because=because, fixes=fixes)


def _fit_of_wrapper(loss: LossRow, mapping: Mapping, facts: TableFacts) -> Fit:
    if fitting([(mapping, facts)]):
        return Fit(loss=loss, fitness=Fitness.FITS, because=None)
    because = f"{loss.name} wraps another loss, and none can use these columns as they are."
    fixes = tuple(_changes_for_any(mapping, facts).values())
    fitness = Fitness.AFTER_A_CHANGE if fixes else Fitness.NO
    return Fit(loss=loss, fitness=fitness, because=because, fixes=fixes)


def _changes_for_any(mapping: Mapping, facts: TableFacts) -> dict[str, Fix]:
    """By what they say, the changes after which there is a loss to wrap."""
    able = [row for row in LOSSES.values() if row.is_whole]
    return {
        fix.label: fix
        for row in able
        for fix, _ in mapping_changes(row, mapping, facts, Pointer(""))
    }
