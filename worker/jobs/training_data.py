"""A training's rows, in their parts: read as its order says, given as the engine takes them."""

from datasets import Dataset
from datasets.table import InMemoryTable

from backend.datasets import training_parts
from backend.datasets.dividing import Indivisible
from backend.datasets.training_parts import Part, Parts
from worker.jobs.ending import Refused
from worker.jobs.train_order import TrainOrder


def read_parts(order: TrainOrder) -> Parts:
    """Read, complete, divide and map the rows of the recipe's datasets.

    Raises Refused where they can't be divided, or nothing is left to learn from.
    """
    tables = [(table.facts, table.rows_file) for table in order.tables]
    try:
        return training_parts.read_parts(order.recipe, tables)
    except Indivisible as error:
        raise Refused(error.code, error.title, error.detail) from error


def as_dataset(part: Part) -> Dataset:
    return Dataset(InMemoryTable(part.rows))
