"""The loss of a dataset as an expression of sentence-transformers."""

from collections.abc import Mapping
from typing import Any

from backend.catalog.columns import TableFacts
from backend.catalog.losses import LOSSES
from backend.catalog.losses.choices import (
    BATCH_DISTANCE,
    PAIRWISE,
    SIAMESE_DISTANCE,
    SIMILARITY,
    TRIPLET_DISTANCE,
)
from backend.catalog.rows import Label, LossRow
from backend.recipes.as_script import files
from backend.recipes.as_script.code import by_name, called, quoted
from backend.recipes.losses import form_of
from backend.recipes.schemas import DatasetUse, LossUse, Recipe

CLASSES = '''
def classes(*parts):
    """How many classes the labels name; they are numbers from 0 on."""
    return 1 + max(label for part in parts for label in rows(part)["label"].to_pylist())
'''

_HOLDERS = {
    SIMILARITY: "util",
    PAIRWISE: "util",
    TRIPLET_DISTANCE: "losses.TripletDistanceMetric",
    SIAMESE_DISTANCE: "losses.SiameseDistanceMetric",
    BATCH_DISTANCE: "losses.BatchHardTripletLossDistanceFunction",
}
"""Where the library has the functions that a parameter may name."""


def loss_code(recipe: Recipe, use: DatasetUse, name: str, facts: TableFacts) -> str:
    """The loss with its parameters, within those that wrap it."""
    return _of(recipe.loss_of(use), recipe, use, name, facts)


def counts_classes(code: str) -> bool:
    return "classes(" in code


def _of(loss: LossUse, recipe: Recipe, use: DatasetUse, name: str, facts: TableFacts) -> str:
    row = LOSSES[loss.name]
    given = ["model"]
    if loss.inner is not None:
        given.append(_of(loss.inner, recipe, use, name, facts))
    named = {each: _value(row, each, value) for each, value in loss.parameters.items()}
    models = {each: model_code(str(loss.parameters[each])) for each in row.models}
    filled = _filled(row, loss.parameters, recipe, use, name, facts)
    return called(f"losses.{row.name}", given, {**named, **filled, **models})


def model_code(name: str) -> str:
    """A model by its name: one of the studio's lies beside the script, in a folder of that name."""
    place = f'str(HERE / "{name}")' if name.startswith("mdl_") else quoted(name)
    return f"SentenceTransformer({place})"


def _value(row: LossRow, name: str, value: Any) -> str:
    parameter = row.parameter(name)
    holder = _HOLDERS.get(parameter.choices) if parameter else None
    return (
        f"{holder}.{value}" if holder else quoted(value) if isinstance(value, str) else repr(value)
    )


def _filled(
    row: LossRow,
    given: Mapping[str, Any],
    recipe: Recipe,
    use: DatasetUse,
    name: str,
    facts: TableFacts,
) -> dict[str, str]:
    """What data and model say, where the person did not."""
    label = facts.column(use.mapping.label) if use.mapping.label else None
    width = label.list_length if label else None
    found = {}
    if "embedding_dimension" in row.filled:
        found["embedding_dimension"] = "model.get_embedding_dimension()"
    if "num_labels" in row.filled:
        found["num_labels"] = str(width) if width else _classes(recipe, use, name, facts)
    for parameter in row.parameters:
        if parameter.is_label_width and given.get(parameter.name) is None:
            found[parameter.name] = (
                f"None if model.get_embedding_dimension() == {width} else {width}"
            )
    return found


def _classes(recipe: Recipe, use: DatasetUse, name: str, facts: TableFacts) -> str:
    form = form_of(recipe.loss_of(use), use.mapping, facts)
    if form is None or form.label is not Label.CLASS:
        return "2"
    parts = [files.TRAIN]
    if recipe.measures(name):
        parts += [files.CHOOSE, files.PROVE]
    return called("classes", (quoted(files.name_of(recipe, name, part)) for part in parts), {})


def losses_code(codes: Mapping[str, str]) -> str:
    """The one loss bare, several by the names of their datasets."""
    if len(codes) == 1:
        return next(iter(codes.values()))
    return by_name(codes)
