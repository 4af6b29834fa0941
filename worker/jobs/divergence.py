"""Is a training still learning? Figures that say no end it: going on would only make noise."""

import math

EXPLODED = 1_000.0
"""A loss so many times the lowest that was seen is no bad batch any more."""

IN_A_ROW = 3
SKIPPED_IN_A_ROW = 10
"""Half precision finds its scale by letting gradients overflow: so often is no sign of anything."""


class Diverged(Exception):
    """The training has left what can be learned; the message says where, why and what to do."""

    def __init__(self, step: int, what: str, cause: str) -> None:
        super().__init__(f"At step {step} {what}. {cause}")


class Watch:
    """Looks at each logged step. `is_half_precision` is fp16, whose range is small."""

    def __init__(self, is_half_precision: bool = False) -> None:
        self._most_overflows = SKIPPED_IN_A_ROW if is_half_precision else 1
        self._lowest = math.inf
        self._exploded = 0
        self._overflows = 0
        self._hint = (
            "Half precision overflowed: choose bf16, which has the range of single precision, or a "
            "lower learning rate."
            if is_half_precision
            else "A lower learning rate usually helps: try a tenth of it, or a longer warm-up."
        )

    def see(self, step: int, loss: float | None, gradient_norm: float | None) -> None:
        """Raises Diverged where these figures say so."""
        if loss is not None:
            self._see_loss(step, loss)
        if gradient_norm is not None:
            self._overflows = 0 if math.isfinite(gradient_norm) else self._overflows + 1
            if self._overflows >= self._most_overflows:
                told = "" if loss is None else f" at a loss of {loss:.4g}"
                raise Diverged(step, f"the gradient was not a number{told}", self._hint)

    def _see_loss(self, step: int, loss: float) -> None:
        if math.isnan(loss):
            raise Diverged(step, "the loss was not a number", self._hint)
        if math.isinf(loss):
            raise Diverged(step, "the loss was infinite", self._hint)
        self._lowest = min(self._lowest, loss)
        limit = EXPLODED * max(abs(self._lowest), 1.0)
        self._exploded = self._exploded + 1 if loss > limit else 0
        if self._exploded >= IN_A_ROW:
            what = f"the loss was {loss:.4g}, after {self._lowest:.4g} at its lowest"
            raise Diverged(step, what, self._hint)
