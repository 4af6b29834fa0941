"""What upstream keeps under this name."""

from worker.engine.data.caching import disable_datasets_caching
from worker.engine.dotted_names import (
    fullname,
    import_from_string,
    import_module_class,
    similarity_fct_name,
)
from worker.engine.evaluation.last_row import append_to_last_row
from worker.engine.log_lines import disable_logging
from worker.engine.model.bare_names import ORIGINAL_TRANSFORMER_MODELS
from worker.engine.teacher_scores import check_teacher_targets

__all__ = [
    "ORIGINAL_TRANSFORMER_MODELS",
    "append_to_last_row",
    "check_teacher_targets",
    "disable_datasets_caching",
    "disable_logging",
    "fullname",
    "import_from_string",
    "import_module_class",
    "similarity_fct_name",
]
