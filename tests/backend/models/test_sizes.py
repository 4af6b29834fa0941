"""The smallest size that is not measurably worse: what may be marked, and what may not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.catalog.rows import Statistic
from backend.models.sizes import chart, choosing, service
from backend.models.sizes.schemas import Measured, Precision, Size, Standing, Tried
from backend.proof.bootstrap import compare
from backend.proof.holm import ALPHA

MARGIN = 0.02
WIDTHS = (384, 192, 96, 48)
DEPTHS = (6, 3)
EVERY = [
    Size(layers=depth, dimensions=width, precision=precision)
    for depth in DEPTHS
    for width in WIDTHS
    for precision in Precision
]


def table(differences: list[np.ndarray], sizes=EVERY) -> list[Tried]:
    """The whole model, and sizes whose items differ from its items by these."""
    before = np.linspace(0.2, 0.9, len(differences[0]))
    levels = [ALPHA / m for m in range(1, len(sizes))]
    found = [compare(Statistic.MEAN, before, before + each) for each in differences]
    return [
        Tried(
            **size.model_dump(),
            milliseconds_per_text=1.0 + (size.layers or 0),
            quality=one.after,
            difference=one.value,
            ci95=one.interval(),
            lows=[one.interval(level)[0] for level in levels],
        )
        for size, one in zip(sizes, found, strict=True)
    ]


def drawn(seed: int, loss: float, count: int = 150, spread: float = 0.1) -> list[np.ndarray]:
    """Items of each size: the whole model's own, and others of that true loss."""
    random = np.random.default_rng(seed)
    noise = random.normal(-loss, spread, (len(EVERY) - 1, count))
    return [np.zeros(count), *noise]


def test_bytes_of_a_vector():
    assert [size.bytes_per_vector for size in EVERY[:6]] == [1536, 384, 48, 768, 192, 24]
    assert Size(layers=None, dimensions=12, precision=Precision.BINARY).bytes_per_vector == 2


@pytest.mark.slow
def test_a_loss_of_the_margin_is_marked_in_at_most_5_of_100_tables_however_many_sizes_are_tried():
    chosen = [choosing.smallest(table(drawn(seed, MARGIN)), MARGIN) for seed in range(60)]
    assert sum(place != 0 for place in chosen) <= 0.05 * len(chosen)


def test_a_loss_of_the_margin_would_slip_through_without_the_margin():
    """Why not being measurably worse isn't enough: of many sizes one always looks well."""
    found = table(drawn(1, MARGIN))
    standings = choosing.standings(found, MARGIN)
    assert any(size.ci95[1] >= 0 for size in found[1:])
    assert Standing.SOUND not in standings


def test_sizes_that_lose_nothing_are_sound_and_the_smallest_is_marked():
    found = table(drawn(2, 0.0, count=400, spread=0.02))
    standings = choosing.standings(found, MARGIN)
    assert standings.count(Standing.SOUND) >= 20
    place = choosing.smallest(found, MARGIN)
    sound = [s for s, it in zip(found, standings, strict=True) if it is Standing.SOUND]
    assert found[place].bytes_per_vector == min(size.bytes_per_vector for size in sound)


def test_what_is_measurably_worse_is_not_marked_though_it_loses_less_than_the_margin():
    small = [np.zeros(200), np.full(200, -0.004) + np.linspace(-0.001, 0.001, 200)]
    found = table(small, EVERY[:2])
    assert choosing.may_lose(found, MARGIN)[1] < MARGIN
    assert choosing.standings(found, MARGIN) == [Standing.WHOLE, Standing.WORSE]
    assert choosing.smallest(found, MARGIN) == 0


def test_of_equal_bytes_the_faster_is_marked():
    two = [EVERY[0], EVERY[2], EVERY[len(EVERY) // 2 + 2]]
    assert two[1].bytes_per_vector == two[2].bytes_per_vector
    found = table([np.zeros(200)] * 3, two)
    assert choosing.smallest(found, MARGIN) == 2


def test_nothing_but_the_whole_model_is_the_whole_model():
    found = table([np.zeros(50)], EVERY[:1])
    assert choosing.standings(found, MARGIN) == [Standing.WHOLE]
    assert choosing.may_lose(found, MARGIN) == [0.0]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 0.05), st.floats(0.005, 0.1))
def test_a_larger_margin_never_makes_the_marked_one_larger(seed, loss, margin):
    found = table(drawn(seed, loss, count=80, spread=0.05))
    places = [choosing.smallest(found, margin * times) for times in (1, 2)]
    one, other = (found[place].bytes_per_vector for place in places)
    assert other <= one


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 0.05))
def test_the_marked_one_is_sound_or_whole(seed, loss):
    found = table(drawn(seed, loss, count=80, spread=0.05))
    place = choosing.smallest(found, MARGIN)
    assert choosing.standings(found, MARGIN)[place] in (Standing.WHOLE, Standing.SOUND)
    assert choosing.may_lose(found, MARGIN)[place] < MARGIN


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 0.3), st.floats(0.005, 0.1))
def test_every_size_is_on_the_chart_and_what_is_better_stands_higher(seed, loss, margin):
    measured = Measured(
        evaluator="InformationRetrievalEvaluator",
        metric="cosine_ndcg@10",
        items="questions",
        judged=80,
        machine="a machine",
        tried=table(drawn(seed, loss, count=80, spread=0.05)),
    )
    shown = service.table(measured, margin)
    for drawing in (chart.by_bytes(shown), chart.by_time(shown)):
        assert len(drawing.marks) == len(EVERY)
        assert all(0 <= mark.x <= 100 for mark in drawing.marks)
        assert all(chart.TOP <= mark.y <= chart.BOTTOM for mark in drawing.marks)
        assert all(mark.high <= mark.y <= mark.low for mark in drawing.marks)
        best = max(drawing.marks, key=lambda mark: mark.size.quality)
        assert best.y == min(mark.y for mark in drawing.marks)
        assert drawing.whole < drawing.margin
        assert drawing.costs
        assert drawing.qualities
