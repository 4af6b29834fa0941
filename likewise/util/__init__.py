"""What scripts use beside model, trainer and losses, by its usual names."""

from likewise.util import (
    dataset,
    decorators,
    distributed,
    environment,
    file_io,
    hard_negatives,
    logging,
    misc,
    quantization,
    retrieval,
    similarity,
    tensor,
)
from likewise.util.dataset import *  # noqa: F403
from likewise.util.decorators import *  # noqa: F403
from likewise.util.distributed import *  # noqa: F403
from likewise.util.environment import *  # noqa: F403
from likewise.util.file_io import *  # noqa: F403
from likewise.util.hard_negatives import *  # noqa: F403
from likewise.util.logging import *  # noqa: F403
from likewise.util.misc import *  # noqa: F403
from likewise.util.quantization import *  # noqa: F403
from likewise.util.retrieval import *  # noqa: F403
from likewise.util.similarity import *  # noqa: F403
from likewise.util.tensor import *  # noqa: F403

__all__ = (
    dataset.__all__
    + decorators.__all__
    + distributed.__all__
    + environment.__all__
    + file_io.__all__
    + hard_negatives.__all__
    + logging.__all__
    + misc.__all__
    + quantization.__all__
    + retrieval.__all__
    + similarity.__all__
    + tensor.__all__
)
