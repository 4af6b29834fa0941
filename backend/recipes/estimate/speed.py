"""How fast a machine is at what trainings do, as it has measured itself."""

from pydantic import BaseModel

CPU = "cpu"


class Pass(BaseModel):
    """A way through a layer, forward or forward and backward, beyond its matrix products: seconds
    for each token and unit of width; for each token, head and token that it sees; and for each batch
    and layer, whatever is in it."""

    width_seconds: float
    pair_seconds: float
    batch_seconds: float


class Speed(BaseModel):
    """`flops_per_second` are those of matrix products, `half_flops_per_second` with half the digits,
    where the device is made for that. `update_seconds` is for each weight and step. `ready_bytes` is
    what a training's process holds before it has loaded anything, `ready_seconds` what its imports
    take. `memory_bytes` is what there is: the device's, or the machine's."""

    device: str
    flops_per_second: float
    half_flops_per_second: float | None = None
    learn: Pass
    read: Pass
    update_seconds: float
    ready_bytes: int
    ready_seconds: float
    memory_bytes: int


USUAL_CPU = Speed(
    device=CPU,
    flops_per_second=1.2e11,
    learn=Pass(width_seconds=5e-8, pair_seconds=1.2e-8, batch_seconds=2e-3),
    read=Pass(width_seconds=1e-8, pair_seconds=1e-9, batch_seconds=6e-4),
    update_seconds=4e-9,
    ready_bytes=550_000_000,
    ready_seconds=8.0,
    memory_bytes=16_000_000_000,
)
"""Two to four cores, for a machine that has not measured itself."""

USUAL_GPU = Speed(
    device="gpu",
    flops_per_second=2e13,
    half_flops_per_second=1e14,
    learn=Pass(width_seconds=4e-11, pair_seconds=1e-11, batch_seconds=2.5e-3),
    read=Pass(width_seconds=1e-11, pair_seconds=3e-12, batch_seconds=5e-4),
    update_seconds=5e-11,
    ready_bytes=600_000_000,
    ready_seconds=10.0,
    memory_bytes=16_000_000_000,
)
