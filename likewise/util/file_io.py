"""Files of the Hub and of elsewhere."""

from worker.engine.hub_files import is_sentence_transformer_model, load_dir_path, load_file_path
from worker.engine.progress import disabled_tqdm, http_get

__all__ = [
    "disabled_tqdm",
    "http_get",
    "is_sentence_transformer_model",
    "load_dir_path",
    "load_file_path",
]
