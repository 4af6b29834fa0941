"""Spellings of arguments from before."""

from worker.engine.renamed_arguments import save_to_hub_args_decorator

__all__ = [
    "save_to_hub_args_decorator",
]
