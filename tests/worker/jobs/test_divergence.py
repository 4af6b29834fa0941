"""A training that has left what can be learned is stopped, and says where, why and what to do."""

import math

import pytest

from worker.jobs.divergence import EXPLODED, SKIPPED_IN_A_ROW, Diverged, Watch


@pytest.mark.parametrize(
    ("loss", "norm", "said"),
    [
        (math.nan, 1.0, "At step 7 the loss was not a number"),
        (math.inf, 1.0, "At step 7 the loss was infinite"),
        (0.5, math.nan, "At step 7 the gradient was not a number at a loss of 0.5"),
        (0.5, math.inf, "At step 7 the gradient was not a number"),
    ],
)
def test_what_is_no_number_ends_it_at_once(loss, norm, said):
    with pytest.raises(Diverged, match=said) as found:
        Watch().see(7, loss, norm)
    assert "lower learning rate" in str(found.value)


def test_half_precision_may_look_for_its_scale_but_not_for_ever():
    watch = Watch(is_half_precision=True)
    for _ in range(3):
        for step in range(SKIPPED_IN_A_ROW - 1):
            watch.see(step, 0.5, math.inf)
        watch.see(9, 0.5, 1.0)
    for step in range(SKIPPED_IN_A_ROW - 1):
        watch.see(step, 0.5, math.inf)
    with pytest.raises(Diverged, match="choose bf16"):
        watch.see(10, 0.5, math.inf)


def test_a_loss_that_has_exploded_ends_it_and_a_single_bad_batch_does_not():
    watch = Watch()
    high = 2 * EXPLODED
    for step, loss in enumerate([0.5, high, 0.4, high, high, 0.3]):
        watch.see(step, loss, 1.0)
    watch.see(7, high, 1.0)
    watch.see(8, high, 1.0)
    with pytest.raises(Diverged, match=r"the loss was 2000, after 0\.3 at its lowest"):
        watch.see(9, high, 1.0)


def test_steps_without_figures_say_nothing():
    Watch().see(1, None, None)
