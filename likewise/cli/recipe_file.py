"""A recipe file, brought to what the studio takes.

In a file, a dataset may also be named by a path (it is imported; the same rows give the same
version) or by its id on the Hub, with `subset`, `split` and `revision` beside it. What has one
obvious answer may be left out: mapping, loss and evaluators then come from the studio's
recommendation for that data; so do arguments, where the loss does.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.problems import Invalid, Pointer, Problem
from backend.recipes.read import parse_text
from likewise.client import ApiError, Client

FROM_THE_RECOMMENDATION = ("loss", "evaluators")
ON_THE_HUB = ("subset", "split", "revision")
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")
TABLE_FILES = (".csv", ".tsv", ".json", ".jsonl", ".parquet")


def load(path: Path) -> dict[str, Any]:
    """A recipe's plain values.

    Raises Invalid where the text is no JSON or YAML object, FileNotFoundError.
    """
    recipe = parse_text(path.read_text())
    if not isinstance(recipe, dict):
        raise Invalid(
            Problem(
                code="not_a_recipe",
                title="This file is no recipe",
                detail=f"{path} holds no fields. A recipe begins with `datasets:`; docs/recipe.md "
                "shows a whole one.",
            )
        )
    return recipe


def resolve(
    client: Client, recipe: dict[str, Any], folder: Path, tell: Callable[[str], None]
) -> dict[str, Any]:
    """The recipe with version ids, and with what was left out. Paths start at `folder`.

    What can't be resolved stays as it is, for the studio to judge with all the rest.
    """
    uses = recipe.get("datasets")
    if not isinstance(uses, list) or not all(isinstance(use, dict) for use in uses):
        return recipe
    uses = [_with_version(client, use, n, folder, tell) for n, use in enumerate(uses)]
    recipe = {**recipe, "datasets": uses}
    lacks = [name for name in FROM_THE_RECOMMENDATION if name not in recipe]
    if "loss" in lacks and "arguments" not in recipe:
        lacks.append("arguments")
    for n, use in enumerate(uses):
        needs = lacks if n == 0 else []
        if "mapping" not in use or needs:
            recipe = _with_recommendation(client, recipe, n, needs, tell)
    return recipe


def _with_version(
    client: Client, use: dict[str, Any], n: int, folder: Path, tell: Callable[[str], None]
) -> dict[str, Any]:
    named = str(use.get("version", ""))
    path = folder / named
    if named.startswith("dsv_") or not named:
        return use
    if path.is_file():
        version = client.upload(path)
    elif is_hub_id(named):
        tell(f"{named}: asking the Hub")
        version = client.import_from_hub(named, **{k: use[k] for k in ON_THE_HUB if k in use})
    else:
        raise Invalid(
            Problem(
                code="no_such_file",
                title="There is no such data",
                detail=f"{named!r} is neither the id of a dataset version (dsv_…) nor of a dataset "
                f"on the Hub (owner/name), nor a file: there is no {path.resolve()}.",
                at=Pointer("/datasets") / n / "version",
            )
        )
    tell(f"{named}: {version.rows:,} rows, version {version.id}")
    rest = {name: value for name, value in use.items() if name not in ON_THE_HUB}
    return {**rest, "version": str(version.id)}


def is_hub_id(named: str) -> bool:
    """Whether this is `owner/name`; what ends like a table's file is meant as a path."""
    return bool(HUB_ID.match(named)) and Path(named).suffix.lower() not in TABLE_FILES


def _with_recommendation(
    client: Client, recipe: dict[str, Any], n: int, lacks: list[str], tell: Callable[[str], None]
) -> dict[str, Any]:
    """The recipe with what is left out of dataset `n` and, for the first, of the recipe itself."""
    uses = list(recipe["datasets"])
    use = uses[n]
    wanted = _unwrapped(use.get("loss", recipe.get("loss")))
    try:
        proposed = client.recommend(use["version"], use.get("mapping"), wanted)
    except ApiError:
        if n == 0 or "loss" in use:
            raise
        proposed = client.recommend(use["version"], use.get("mapping"), None)
        use = {**use, "loss": {"name": proposed.loss.name}}
        tell(f"{wanted} can't use dataset {n + 1}; recommended for it: {proposed.loss.name}")
    plain = proposed.model_dump(mode="json")
    plain["arguments"] = proposed.arguments.model_dump(mode="json", exclude_defaults=True)
    if "mapping" not in use:
        mapping = plain["datasets"][0]["mapping"]
        uses[n] = {**use, "mapping": mapping}
        tell(f"no mapping given; recommended: {mapping}")
    taken = {name: plain[name] for name in lacks if plain[name]}
    for name, value in taken.items():
        tell(f"no {name} given; recommended: {value}")
    return {**recipe, "datasets": uses, **taken}


def _unwrapped(loss: Any) -> str | None:
    """The name of the innermost loss: it alone says which columns will do."""
    while isinstance(loss, dict):
        if not isinstance(loss.get("inner"), dict):
            return loss.get("name")
        loss = loss["inner"]
    return None
