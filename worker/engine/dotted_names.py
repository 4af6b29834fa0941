"""Classes and functions by their dotted names, and back.

A name that a file gives is never imported by our own loading: model/modules knows its classes.
"""

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from worker.engine.model.modules.known import MODULES
from worker.engine.similarity import SimilarityFunction

RESOLVE = {
    "similarity": SimilarityFunction.to_similarity_fn,
    "similarity_pairwise": SimilarityFunction.to_similarity_pairwise_fn,
}
"""The model's methods that stand for a function which the model chose."""


def fullname(obj: object) -> str:
    """The dotted name of a class, or of the class of `obj`; what is built in has no module."""
    kind = obj if isinstance(obj, type) else type(obj)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def similarity_fct_name(similarity_fct: Callable[..., Any]) -> str:
    """How a function that scores is called in a model card, its settings included."""
    if isinstance(similarity_fct, partial):
        name = similarity_fct_name(similarity_fct.func)
        return _with_settings(name, similarity_fct.keywords)
    name = getattr(similarity_fct, "__name__", type(similarity_fct).__name__)
    chosen = getattr(getattr(similarity_fct, "__self__", None), "similarity_fn_name", None)
    if name in RESOLVE and chosen is not None:
        return RESOLVE[name](chosen).__name__
    settings = getattr(similarity_fct, "get_config_dict", dict)
    return _with_settings(name, settings())


def _with_settings(name: str, settings: dict[str, Any]) -> str:
    told = ", ".join(f"{key}={value!r}" for key, value in settings.items())
    return f"{name}({told})" if told else name


def import_from_string(dotted_path: str) -> type:
    """The class (or whatever it is) at `package.module.Name`.

    Importing runs that module's code: give it names of your own, never one that a file brought.
    Raises ImportError.
    """
    module_path, _, name = dotted_path.rpartition(".")
    if not module_path:
        raise ImportError(f"{dotted_path!r} is no dotted path such as 'package.module.Name'.")
    module = importlib.import_module(module_path)
    try:
        found: type = getattr(module, name)
    except AttributeError:
        raise ImportError(f"{module_path} has no {name!r}.") from None
    return found


def import_module_class(
    class_ref: str,
    model_name_or_path: str | None = None,
    *,
    trust_remote_code: bool = False,
    revision: str | None = None,
    code_revision: str | None = None,
    token: bool | str | None = None,
    cache_folder: str | None = None,
    local_files_only: bool = False,
) -> type:
    """The class of a module that a model names, by the spellings of all releases.

    A class that isn't ours is imported only if `trust_remote_code` says that its code may run, or
    if no model named it but you. `transformers` then fetches it from the model's own files.
    Raises ValueError where that is not allowed, ImportError where there is no such class.
    """
    if class_ref in MODULES:
        return MODULES[class_ref]
    if model_name_or_path is None:
        return import_from_string(class_ref)
    if not trust_remote_code:
        raise ValueError(
            f"{model_name_or_path} names the class {class_ref!r}, which isn't ours; importing it "
            "runs code that came with the model. Read that code, then say trust_remote_code=True."
        )
    from transformers.dynamic_module_utils import get_class_from_dynamic_module  # rarely needed

    try:
        found: type = get_class_from_dynamic_module(
            class_ref,
            model_name_or_path,
            revision=revision,
            code_revision=code_revision,
            token=token,
            cache_dir=cache_folder,
            local_files_only=local_files_only,
        )
    except (OSError, ValueError):  # no file of the model's: then it is an installed package's
        return import_from_string(class_ref)
    return found
