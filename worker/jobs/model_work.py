"""What jobs on a model have in common: its order, its rows, the model and its base, measured."""

from collections.abc import Sequence
from functools import cached_property

from backend.datasets.training_parts import Parts
from backend.recipes.schemas import Recipe
from worker.engine.model import SentenceTransformer
from worker.engine.model.problems import ModelProblem
from worker.jobs import base_model
from worker.jobs.ending import Refused
from worker.jobs.folder import JobFolder
from worker.jobs.judges import Judge, Measured, make_judges
from worker.jobs.model_order import ModelOrder
from worker.jobs.report import Report
from worker.jobs.training_data import read_parts


class ModelWork:
    """One attempt at one order."""

    def __init__(self, folder: JobFolder) -> None:
        self.folder = folder
        self.order = ModelOrder.model_validate(folder.job())
        self.report = Report(folder.spool)

    @property
    def recipe(self) -> Recipe:
        return self.order.train.recipe

    @cached_property
    def parts(self) -> Parts:
        return read_parts(self.order.train)

    @cached_property
    def base(self) -> SentenceTransformer:
        """The model that the training began with."""
        return base_model.load(self.recipe, self.order.train.model_folders)

    @cached_property
    def tuned(self) -> SentenceTransformer:
        """The model itself, as whoever takes it away loads it."""
        try:
            return SentenceTransformer(str(self.order.model_folder))
        except ModelProblem as error:
            raise Refused("unusable_model", "The model can't be loaded", str(error)) from error

    def judges(self, part: str) -> list[Judge]:
        """Who can measure base and tuned model alike, over the rows of that part."""
        made = make_judges(self.recipe, self.parts, part, self.base, {})
        return [judge for judge in made if judge.knows_base]

    def measure(self, model: SentenceTransformer, judges: Sequence[Judge]) -> list[Measured]:
        return [Measured(judge=one, outcome=one.evaluator.measure(model)) for one in judges]
