"""How long a training may take: settings that ship with the studio.

A preset is a JSON merge patch (RFC 7396) of a recipe, as a template of a person's own is. All name
the same settings: what one has set, the next sets again.
"""

from backend.catalog.rows import PresetRow

_ROWS = (
    PresetRow(
        name="quick",
        title="Quick",
        purpose="Sees every row once: enough to know whether it will help.",
        patch={"arguments": {"num_train_epochs": 1.0, "lr_scheduler_type": "linear"}},
    ),
    PresetRow(
        name="balanced",
        title="Balanced",
        purpose="Sees every row three times; the best version on the way is kept.",
        patch={"arguments": {"num_train_epochs": 3.0, "lr_scheduler_type": "linear"}},
    ),
    PresetRow(
        name="thorough",
        title="Thorough",
        purpose="Sees every row ten times, more gently towards the end; the best version on the "
        "way is kept.",
        patch={"arguments": {"num_train_epochs": 10.0, "lr_scheduler_type": "cosine"}},
    ),
)

PRESETS = {row.name: row for row in _ROWS}
