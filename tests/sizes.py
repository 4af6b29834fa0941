"""A table of sizes as measuring leaves it, without the model that it would take."""

from functools import cache

import numpy as np

from backend.accounts.people import THE_PROJECT
from backend.catalog.rows import Statistic
from backend.ids import ModelId
from backend.models.sizes.schemas import Measured, Precision, Size, Tried
from backend.models.sizes.tables import ModelSizes
from backend.proof.bootstrap import compare
from backend.proof.holm import ALPHA
from backend.studio import Studio

SIZES = [
    Size(layers=depth, dimensions=width, precision=precision)
    for depth in (6, 4, 3, 2)
    for width in (384, 192, 96, 48)
    for precision in Precision
]
LOSS_OF = {Precision.FLOAT32: 0.0, Precision.INT8: 0.0005, Precision.BINARY: 0.012}


@cache
def a_table() -> Measured:
    """What such a table looks like: the smaller, the worse."""
    random = np.random.default_rng(1)
    before = random.uniform(0.2, 0.9, 200)
    levels = [ALPHA / m for m in range(1, len(SIZES))]
    tried = []
    for n, size in enumerate(SIZES):
        lost = LOSS_OF[size.precision] + 0.015 * (384 / size.dimensions / 8) ** 2
        lost += 0.02 * (6 - (size.layers or 6)) ** 2
        noise = random.normal(-lost, 0.03, len(before)) if n else np.zeros(len(before))
        found = compare(Statistic.MEAN, before, before + noise)
        tried.append(
            Tried(
                **size.model_dump(),
                milliseconds_per_text=0.4 + 0.35 * (size.layers or 0),
                quality=found.after,
                difference=found.value,
                ci95=found.interval(),
                lows=[found.interval(level)[0] for level in levels],
            )
        )
    return Measured(
        evaluator="InformationRetrievalEvaluator",
        metric="cosine_ndcg@10",
        items="questions",
        judged=200,
        machine="x86_64 processor, 2 threads",
        tried=tried,
    )


def measure(studio: Studio, model_id: ModelId) -> None:
    """Leave it as what was measured of that model."""
    found = a_table().model_dump(mode="json")
    with studio.database.writing() as session:
        session.add(ModelSizes(model_id=model_id, project_id=THE_PROJECT, measured=found))
