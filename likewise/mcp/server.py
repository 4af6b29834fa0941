"""The server that an assistant talks to. Its tools look, check, start and read; none deletes.

What a token may do, the studio decides: the tools have no rights of their own. Texts of datasets
are shown only where the operator said so.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import yaml
from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from likewise.client import Client
from likewise.mcp.answers import (
    Alike,
    Checked,
    DatasetSeen,
    DatasetsSeen,
    Expected,
    FigureSeen,
    FiguresSeen,
    Judged,
    LogSeen,
    ModelSeen,
    ModelsSeen,
    RecipeSeen,
    RowsSeen,
    RunSeen,
    RunsSeen,
    Trainable,
    VersionSeen,
)
from likewise.mcp.errors import refusals_in_words

INSTRUCTIONS = """Likewise fine-tunes sentence-embedding models. The usual way: list_datasets,
check_data, what_can_be_trained, recommend_recipe, validate_recipe (apply the patch of a fix where
there is a problem), estimate_recipe, start_run, get_run with wait_seconds until it has ended, then
get_verdict. Say the verdict's sentence as it is: 'cannot tell yet' is an answer."""

LOOKS = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
STARTS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)

Limit = Annotated[int, Field(ge=1, le=100, description="How many at most.")]
Recipe = Annotated[dict[str, Any], Field(description="A recipe, as recommend_recipe gives one.")]
Wait = Annotated[float, Field(ge=0, le=50, description="Seconds to wait for news of it.")]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class Tools:
    """One tool each; a method's docstring is what the assistant reads of it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list_datasets(self, limit: Limit = 20) -> DatasetsSeen:
        """The newest datasets with their versions: what there is to train on."""
        with refusals_in_words():
            found = self._client.datasets(limit)
        return DatasetsSeen(
            datasets=[
                DatasetSeen(
                    dataset_id=each.id,
                    name=each.name,
                    tags=each.tags,
                    versions=[VersionSeen.of(version) for version in each.versions],
                )
                for each in found
            ]
        )

    def inspect_version(self, version_id: str) -> VersionSeen:
        """One version of a dataset: rows and columns."""
        with refusals_in_words():
            return VersionSeen.of(self._client.version(version_id))

    def check_data(self, version_id: str) -> Checked:
        """What the studio noticed in a version: duplicates, leaks, wrong answers, and what mends
        them. Ask again where its status is queued or running."""
        with refusals_in_words():
            return Checked.of(self._client.profile(version_id))

    def what_can_be_trained(self, version_id: str) -> Trainable:
        """What a version's columns are, and which losses can use them, with reasons."""
        with refusals_in_words():
            return Trainable.of(self._client.fits(version_id))

    def recommend_recipe(
        self, version_id: str, loss: str | None = None, goal: str | None = None
    ) -> RecipeSeen:
        """A sound recipe for this data; with `loss`, for that one; with `goal` (answers, alike,
        groups, duplicates or languages), towards that."""
        with refusals_in_words():
            recipe = self._client.recommend(version_id, loss=loss, goal=goal)
        return RecipeSeen(recipe=recipe.model_dump(mode="json"))

    def validate_recipe(self, recipe: Recipe) -> Judged:
        """Everything that is wrong with a recipe, at once, with fixes to apply. Starts nothing."""
        with refusals_in_words():
            return Judged.of(self._client.validate(recipe), self._client.advise(recipe))

    def estimate_recipe(self, recipe: Recipe) -> Expected:
        """How long training this would take here, how much memory and disk. Starts nothing."""
        with refusals_in_words():
            return Expected.of(self._client.estimate(recipe))

    def start_run(self, recipe: Recipe, name: str | None = None) -> RunSeen:
        """Queue a training. It uses the machine, perhaps for hours: have a person agree first."""
        with refusals_in_words():
            return RunSeen.of(self._client.start(recipe, name))

    def list_runs(
        self, status: str | None = None, q: str | None = None, limit: Limit = 20
    ) -> RunsSeen:
        """The newest runs; `status` may be several with commas, `q` is in the name."""
        with refusals_in_words():
            return RunsSeen(runs=[RunSeen.of(run) for run in self._client.runs(status, limit, q=q)])

    def get_run(self, run_id: str, wait_seconds: Wait = 0) -> RunSeen:
        """One run: how far it is, or how it ended. With wait_seconds, as soon as there is news."""
        with refusals_in_words():
            return RunSeen.of(self._client.run(run_id, wait_seconds))

    def read_metrics(
        self,
        run_id: str,
        keys: list[str] | None = None,
        max_points: Annotated[int, Field(ge=10, le=500)] = 50,
    ) -> FiguresSeen:
        """A run's figures by step, such as `loss`, thinned; lowest and highest are kept."""
        with refusals_in_words():
            told = self._client.metrics(run_id, keys, max_points=max_points)
        return FiguresSeen(
            figures=[
                FigureSeen(key=curve.key, steps=curve.steps, values=curve.values)
                for curve in told.items
            ],
            keys=told.keys,
        )

    def read_log(self, run_id: str, tail: Annotated[int, Field(ge=1, le=500)] = 50) -> LogSeen:
        """The newest lines of a run's log."""
        with refusals_in_words():
            return LogSeen(lines=[line.in_words for line in self._client.logs(run_id, tail).items])

    def list_models(self, limit: Limit = 20) -> ModelsSeen:
        """The newest models, each with its verdict."""
        with refusals_in_words():
            return ModelsSeen(models=[ModelSeen.of(each) for each in self._client.models(limit)])

    def get_verdict(self, model_id: str) -> ModelSeen:
        """Whether a model got better than its base on rows that no training saw, with the 95 %
        interval of the difference."""
        with refusals_in_words():
            return ModelSeen.of(self._client.model(model_id))

    def similarity(
        self, model_id: str, source: Text, others: Annotated[list[Text], Field(max_length=100)]
    ) -> Alike:
        """How alike a text is to others, by the tuned and by the base model."""
        with refusals_in_words():
            answer = self._client.similarity(model_id, source, others)
        return Alike(tuned=answer.tuned, base=answer.base)

    def read_rows(
        self, version_id: str, offset: Annotated[int, Field(ge=0)] = 0, limit: Limit = 20
    ) -> RowsSeen:
        """Rows of a version, with their texts."""
        with refusals_in_words():
            found = self._client.rows(version_id, offset, limit)
        return RowsSeen(rows=[row.cells for row in found.items])


def build(client: Client, shows_rows: bool) -> MCPServer[Any]:
    """The server over this client. `shows_rows`: whether an assistant may read texts of datasets."""
    server: MCPServer[Any] = MCPServer("likewise", instructions=INSTRUCTIONS, log_level="WARNING")
    tools = Tools(client)
    looking: list[Callable[..., Any]] = [
        tools.list_datasets,
        tools.inspect_version,
        tools.check_data,
        tools.what_can_be_trained,
        tools.recommend_recipe,
        tools.validate_recipe,
        tools.estimate_recipe,
        tools.list_runs,
        tools.get_run,
        tools.read_metrics,
        tools.read_log,
        tools.list_models,
        tools.get_verdict,
        tools.similarity,
        *([tools.read_rows] if shows_rows else []),
    ]
    for tool in looking:
        server.tool(annotations=LOOKS)(tool)
    server.tool(annotations=STARTS)(tools.start_run)

    markdown = partial(server.resource, mime_type="text/markdown")
    as_yaml = partial(server.resource, mime_type="application/yaml")

    @markdown("likewise://models/{model_id}/card")
    def model_card(model_id: str) -> str:
        """A model's card: what it is, how it was trained, how it did."""
        return client.model_card(model_id)

    @as_yaml("likewise://runs/{run_id}/recipe")
    def run_recipe(run_id: str) -> str:
        """The recipe that a run was started with."""
        return _yaml(client.run(run_id).recipe.model_dump(mode="json"))

    @as_yaml("likewise://recipes/{recipe_id}")
    def kept_recipe(recipe_id: str) -> str:
        """A recipe that is kept under a name."""
        return _yaml(client.kept_recipe(recipe_id).recipe)

    return server


def _yaml(recipe: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(recipe, sort_keys=False, allow_unicode=True)
    return text
