"""Whether a teacher's scores can be learnt from."""

import logging

from torch import Tensor

log = logging.getLogger(__name__)

WIDEST_SPREAD = 100  # in units of temperature; a 32-bit softmax gives zero beyond


def check_teacher_targets(
    teacher_probabilities: Tensor,
    teacher_logits: Tensor,
    teacher_temperature: float,
    loss_name: str,
) -> None:
    """Look at a batch of a teacher's scores and the softmax of them that the loss uses.

    Raises ValueError for NaN among them. Warns of candidates whose probability became zero, which
    then teach nothing; an infinite score says that a candidate was left out on purpose.
    """
    scores = teacher_logits.detach().float()
    if scores.isnan().any():
        raise ValueError(
            f"{loss_name}: the teacher's scores contain NaN, which would make every weight NaN. "
            "Look at the column that holds them."
        )
    zeros = int((teacher_probabilities == 0).sum())
    if not zeros or scores.isinf().any():
        return
    spread = float((scores.amax(dim=-1) - scores.amin(dim=-1)).max())
    log.warning(
        "%s: at teacher_temperature=%s, %d of %d scores of the teacher become zero and teach "
        "nothing; they spread over %.1f. Raise teacher_temperature above %.3g.",
        loss_name, teacher_temperature, zeros, teacher_probabilities.numel(), spread,
        spread / WIDEST_SPREAD,
    )  # fmt: skip
