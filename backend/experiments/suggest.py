"""Which settings to try next, by what the others gave. Pure, but for what is drawn from the seed.

The search is Optuna's: at first values are drawn at random, then where those that did well lie
densest. Its study is made anew each time from what was tried, so nothing of it has to be kept.
Source: J. Bergstra et al. 2011, Algorithms for Hyper-Parameter Optimization; Optuna's TPESampler.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.experiments.space import Varied

AT_RANDOM = 5
"""So many are drawn before any is judged by the others."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Values by their places, and the metric on *choose*: None where it isn't known, yet or ever."""

    values: Mapping[str, Any]
    metric: float | None
    is_ended: bool


def suggest(
    space: Sequence[Varied], own: Mapping[str, Any], tried: Sequence[Tried], seed: int
) -> dict[str, Any]:
    """Values for the next trial. The first is the recipe as it stands, `own`, where all of that
    lies in the space: what is tried is then beside what would have been done."""
    if not tried and all(varied.has(own[varied.path]) for varied in space):
        return dict(own)
    import optuna  # 0.3 s, which a server needs only once somebody searches

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    found = {varied.path: _distribution(varied) for varied in space}
    sampler = optuna.samplers.TPESampler(
        n_startup_trials=AT_RANDOM, constant_liar=True, seed=(seed + len(tried)) % 2**32
    )
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for each in tried:
        if all(varied.has(each.values.get(varied.path)) for varied in space):
            study.add_trial(_trial(each, found))
    return dict(study.ask(fixed_distributions=found).params)


def _distribution(varied: Varied) -> Any:
    from optuna import distributions

    if varied.choices is not None:
        return distributions.CategoricalDistribution(varied.choices)
    assert varied.low is not None
    assert varied.high is not None
    if varied.is_whole:
        return distributions.IntDistribution(int(varied.low), int(varied.high), log=varied.is_log)
    return distributions.FloatDistribution(varied.low, varied.high, log=varied.is_log)


def _trial(each: Tried, found: Mapping[str, Any]) -> Any:
    from optuna.trial import TrialState, create_trial

    state = TrialState.COMPLETE
    if each.metric is None:
        state = TrialState.FAIL if each.is_ended else TrialState.RUNNING
    return create_trial(
        state=state,
        params={path: each.values[path] for path in found},
        distributions=dict(found),
        value=each.metric,
    )
