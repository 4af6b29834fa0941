"""Small trainings in this process: the order of a job, the job, and what it tells."""

import pyarrow as pa
import pyarrow.parquet as pq
import torch

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.columns import TableFacts
from backend.catalog.losses import LOSSES
from backend.catalog.rows import Label
from backend.datasets.facts import table_facts
from backend.ids import VersionId
from backend.recipes.evaluators import measuring
from backend.recipes.recommend import recommend
from backend.recipes.schemas import Recipe
from tests.conftest import TINY
from tests.tiny_model import sentences
from worker.exits import Exit
from worker.jobs import ending
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.train import Training
from worker.jobs.train_order import TableOrder, TrainOrder
from worker.supervisor import spool

GUIDE = next(iter(BASE_MODELS))
ROWS = 80
TEXTS = [sentences(ROWS, seed) for seed in range(1, 4)]
SCORES = [n % 6 / 5 for n in range(ROWS)]
VECTORS = torch.randn(ROWS, 32, generator=torch.Generator().manual_seed(0)).tolist()

LABELS = {
    Label.BINARY: [n % 2 for n in range(ROWS)],
    Label.CLASS: [("yes", "no", "perhaps")[n % 3] for n in range(ROWS)],
    Label.SCORE: SCORES,
    Label.SCORES: [[score, 1 - score] for score in SCORES],
    Label.EMBEDDING: VECTORS,
}
TRIPLETS = {"anchor": TEXTS[0], "positive": TEXTS[1], "negative": TEXTS[2]}
SCORED = {"one": TEXTS[0], "other": TEXTS[1], "score": SCORES}


def table_for(loss: str):
    """A table of the first form that the loss takes; a wrapper takes what the one it wraps does."""
    row = LOSSES["MultipleNegativesRankingLoss" if LOSSES[loss].wraps else loss]
    form = row.accepts[0]
    texts = {f"text {i}": TEXTS[i] for i in range(len(form.inputs))}
    return texts | ({} if form.label is Label.NONE else {"label": LABELS[form.label]})


def recipe_for(loss: str, columns, **arguments) -> tuple[Recipe, TableFacts]:
    """What is recommended for these columns and this loss, in the size of a test."""
    table = pa.table(columns)
    facts = table_facts(table.schema, table.to_batches())
    recipe = recommend(VersionId.new(), facts, loss=loss)
    mapping = recipe.datasets[0].mapping
    plain = recipe.model_dump(mode="json")
    plain["datasets"][0]["held_out"] = {"choose_rows": 10, "prove_rows": 20}
    plain["base_model"] = TINY
    plain["arguments"] = {"per_device_train_batch_size": 8, "max_steps": 4, **arguments}
    plain["evaluators"] = [{"name": name} for name in measuring(mapping, facts, 32)[:1]]
    if "matryoshka_dims" in recipe.loss.parameters:
        plain["loss"]["parameters"]["matryoshka_dims"] = [32, 16]
    return Recipe.model_validate(plain), facts


def placed(tmp_path, tiny, recipe: Recipe, *tables, **more) -> JobFolder:
    """A job's folder, as a supervisor would leave it. `tables` are columns by name."""
    orders = []
    for n, columns in enumerate(tables):
        table, rows_file = pa.table(columns), tmp_path / f"rows-{n}.parquet"
        pq.write_table(table, rows_file)
        facts = table_facts(table.schema, table.to_batches())
        orders.append(TableOrder(facts=facts, rows_file=rows_file))
    folder = JobFolder(tmp_path / "attempt-1")
    folder.create(
        TrainOrder(
            recipe=recipe,
            tables=orders,
            model_folders=dict.fromkeys((TINY, GUIDE), tiny) | more,
            earlier=[],
            model_name="a model",
            nano_beir=str(tmp_path / "nano-beir"),
            general_similarity=str(tmp_path / "pairs"),
        )
    )
    return folder


def ordered(tmp_path, tiny, loss: str, columns, **arguments) -> JobFolder:
    recipe, _ = recipe_for(loss, columns, **arguments)
    return placed(tmp_path, tiny, recipe, columns)


def train(folder: JobFolder) -> Exit:
    return ending.run(folder, Training(folder, Lifeline()).run)


def told(folder: JobFolder, kind: str):
    facts, upto = [], 0
    while (read := spool.read(folder.spool, upto)).upto > upto:
        facts, upto = [*facts, *read.facts], read.upto
    return [fact.data for fact in facts if fact.kind == kind]
