"""What the reference library offers for text embeddings, read from the library as it is installed.

Nothing here is a list of what we have: a release with one more name makes the suite fail until we
have it too.
"""

import importlib
import inspect
import pkgutil
import warnings
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields
from enum import Enum
from typing import Any

from torch import nn
from transformers import TrainingArguments

import likewise

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sentence_transformers

OTHER_FAMILIES = (
    "sentence_transformers.cross_encoder",
    "sentence_transformers.sparse_encoder",
    "sentence_transformers.multi_vector_encoder",
    "sentence_transformers.backend",  # ONNX and OpenVINO
    "sentence_transformers.base.merging",
    "sentence_transformers.sentence_transformer.modules.clip_model",  # images
)
"""Where upstream defines what is not of the SentenceTransformer family for text."""

MODULES = {
    "losses": "loss",
    "evaluation": "evaluator",
    "sampler": "sampler",
    "models": "module",
    "training_args": "arguments",
    "util": "utility",
    "similarity_functions": "utility",
    "quantization": "utility",
    "datasets": "dataset",
    "readers": "reader",
}
"""Upstream's modules that a script imports from, and what kind of thing each holds."""

ARGUMENT = "training argument"


@dataclass(frozen=True)
class Public:
    """One public name of upstream: `place` is its module without the package's name."""

    kind: str
    place: str
    name: str
    theirs: Any
    ours: Any  # None where we lack it

    @property
    def is_inherited(self) -> bool:
        """A training argument of `transformers`, which both of us take over with its meaning."""
        return self.kind == ARGUMENT and self.name in {f.name for f in fields(TrainingArguments)}

    @property
    def path(self) -> str:
        return f"{self.place}.{self.name}".lstrip(".")


def public_names() -> list[Public]:
    """Every public name of the family, each once, in the order of the table."""
    found: dict[tuple[str, str], Public] = {}
    for public in (*_exported(), *_arguments(), *_methods()):
        found.setdefault((public.kind, public.name), public)
    return list(found.values())


def _exported() -> Iterator[Public]:
    yield from _of_module("", "front door")
    for place, kind in MODULES.items():
        yield from _of_module(place, kind)


def _of_module(place: str, kind: str) -> Iterator[Public]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some of these places are deprecated; scripts use them
        theirs = importlib.import_module(f"sentence_transformers.{place}".rstrip("."))
    try:
        ours = importlib.import_module(f"likewise.{place}".rstrip("."))
    except ModuleNotFoundError:
        ours = None
    for name in _names(theirs):
        value = getattr(theirs, name)
        if not getattr(value, "__module__", "").startswith(OTHER_FAMILIES):
            yield Public(kind, place, name, value, getattr(ours, name, None))


def _names(module: Any) -> list[str]:
    """What the module lists; where it lists nothing, what the library defines in it."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", "").startswith("sentence_transformers")
    ]


def _arguments() -> Iterator[Public]:
    """Each training argument; what is compared is its default."""
    place = "SentenceTransformerTrainingArguments"
    ours = {field.name: field for field in fields(getattr(likewise, place))}
    for field in fields(getattr(sentence_transformers, place)):
        yield Public(ARGUMENT, place, field.name, field, ours.get(field.name))


def _methods() -> Iterator[Public]:
    """Each method and attribute of the model that is not torch's."""
    theirs, ours = sentence_transformers.SentenceTransformer, likewise.SentenceTransformer
    for name in dir(theirs):
        if not name.startswith("_") and name not in dir(nn.Sequential):
            mine = inspect.getattr_static(ours, name, None)
            place = "SentenceTransformer"
            yield Public("model", place, name, inspect.getattr_static(theirs, name), mine)


def addresses() -> dict[str, list[str]]:
    """The modules of upstream, two levels deep, that a script may import a public name from."""
    public = {id(one.theirs) for one in public_names()}
    found = {}
    for module in pkgutil.walk_packages(sentence_transformers.__path__, "sentence_transformers."):
        if module.name.startswith(OTHER_FAMILIES) or module.name.count(".") > 2:
            continue
        theirs = importlib.import_module(module.name)
        names = [
            name
            for name in _names(theirs)
            if id(value := getattr(theirs, name)) in public
            and (hasattr(theirs, "__all__") or value.__module__ == module.name)
        ]
        if names:
            found[module.name.removeprefix("sentence_transformers.")] = names
    return found


def differences(public: Public) -> list[str]:
    """How our parameters part from upstream's: each of theirs is one of ours, with its default, and
    those given by position come in the same order. More of ours after them are additions."""
    if isinstance(public.theirs, Field):
        their_default, our_default = _default(public.theirs), _default(public.ours)
        return (
            [] if their_default == our_default else [f"is {our_default!r}, not {their_default!r}"]
        )
    theirs, ours = _parameters(public.theirs), _parameters(public.ours)
    takes_any = any(p.kind is p.VAR_KEYWORD for p in ours.values())
    told = [f"has no {name}" for name in theirs if name not in ours and not takes_any]
    for name in theirs.keys() & ours.keys():
        their_default, our_default = _plain(theirs[name].default), _plain(ours[name].default)
        if their_default != our_default and FACTORY not in (their_default, our_default):
            told.append(f"{name} is {our_default!r} and not {their_default!r}")
    by_position = _by_position(theirs)
    mine = _by_position(ours)[: len(by_position)]
    if mine != by_position and not told and not takes_any:
        told.append(f"takes {mine} by position, and not {by_position}")
    return told


def _by_position(parameters: dict[str, inspect.Parameter]) -> list[str]:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [name for name, p in parameters.items() if p.kind in kinds]


def _parameters(value: Any) -> dict[str, inspect.Parameter]:
    """What `value` is called with, by name; nothing for what is not called."""
    value = getattr(value, "__func__", value)  # static and class methods, seen from the class
    if not callable(value) or (isinstance(value, type) and issubclass(value, Enum)):
        return {}
    try:
        parameters = inspect.signature(value).parameters
    except (TypeError, ValueError):  # built in C: nothing to read
        return {}
    return {
        name: p
        for name, p in parameters.items()
        if p.kind is not p.VAR_POSITIONAL
        and not (p.kind is p.VAR_KEYWORD and value.__module__.startswith("sentence_transformers"))
    }


def _default(argument: Field[Any]) -> Any:
    made = argument.default_factory
    return _plain(argument.default if made is MISSING else made())


FACTORY = "<factory>"
"""Stands in a signature where a dataclass makes its default; the rows of arguments compare these."""


def _plain(default: Any) -> Any:
    """A default in a form in which theirs and ours can be equal: functions and members by name."""
    if isinstance(default, Enum):
        return default.value if isinstance(default.value, str) else default.name
    if repr(default) == FACTORY:
        return FACTORY
    if isinstance(default, (list, tuple)):
        return [_plain(value) for value in default]
    if isinstance(default, nn.Module):
        return type(default).__name__
    if callable(default) and hasattr(default, "__name__"):
        return default.__name__
    return default
