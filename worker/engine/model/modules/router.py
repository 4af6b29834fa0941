"""Several ways through a model: questions and documents may have an encoder each."""

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self, TypeAlias

from torch import nn

from worker.engine.model.folder import inside, read_json, write_json
from worker.engine.model.modules.input_module import InputModule
from worker.engine.model.modules.module import Features, Module
from worker.engine.model.problems import WrongModelFile

Modality: TypeAlias = str | tuple[str, ...] | None
Mappings: TypeAlias = Mapping[tuple[str | None, Modality], str]

OLD_CONFIG = "config.json"
"""What it was called in an Asym, before version 5."""


class Router(InputModule):
    """Sends each text through the modules of its route; the route is the task: query, document.

    `route_mappings` may name the route of a (task, modality), with None for any; the modality is
    "text". Without a task the `default_route` is gone, which is the first one unless
    `allow_empty_key` is off. The routes may share modules.
    Errors: ValueError for a task or a mapping without a route, or for no routes.
    """

    config_file_name = "router_config.json"
    config_keys = ("default_route", "allow_empty_key", "route_mappings")
    forward_kwargs: ClassVar[frozenset[str]] = frozenset({"task", "modality"})

    def __init__(
        self,
        sub_modules: Mapping[str, Sequence[nn.Module]],
        default_route: str | None = None,
        allow_empty_key: bool = True,
        route_mappings: Mappings | None = None,
    ) -> None:
        super().__init__()
        if not sub_modules:
            raise ValueError("sub_modules is empty; a Router needs a route, such as 'query'.")
        if default_route is None and allow_empty_key:
            default_route = next(iter(sub_modules))
        self.sub_modules = nn.ModuleDict({n: nn.Sequential(*m) for n, m in sub_modules.items()})
        self.default_route = default_route
        self.allow_empty_key = allow_empty_key
        self.route_mappings = {
            (task, _sorted(modality)): route
            for (task, modality), route in (route_mappings or {}).items()
        }
        for named in {*self.route_mappings.values(), default_route} - {None}:
            if named not in sub_modules:
                raise ValueError(f"There is no route {named!r}, only {self._routes()}.")

    @classmethod
    def for_query_document(
        cls,
        query_modules: Sequence[nn.Module],
        document_modules: Sequence[nn.Module],
        default_route: str | None = "document",
        allow_empty_key: bool = True,
    ) -> Self:
        """One route for what one searches with, and one for what is to be found."""
        routes = {"query": query_modules, "document": document_modules}
        return cls(routes, default_route=default_route, allow_empty_key=allow_empty_key)

    def route_of(self, task: str | None, modality: Modality = None) -> str:
        """The route of a text. Raises ValueError where there is none."""
        kind = _sorted(modality) or "text"
        for key in ((task, kind), (task, None), (None, kind), (None, None)):
            if key in self.route_mappings:
                return self.route_mappings[key]
        for name in (task, kind):
            if isinstance(name, str) and name in self.sub_modules:
                return name
        if task is None and self.default_route is not None:
            return self.default_route
        raise ValueError(
            f"There is no route for {f'the task {task!r}' if task else 'texts without a task'}, "
            f"only {self._routes()}. Give encode a task, training a router_mapping, or the Router "
            "a default_route."
        )

    def preprocess(
        self,
        inputs: Sequence[Any],
        prompt: str | None = None,
        task: str | None = None,
        modality: Modality = None,
        **options: Any,
    ) -> Features:
        """What the first module of the route makes of `inputs`, and the task.

        Texts may come as {task: text} too, all of one task, as an Asym took them.
        """
        if task is None and inputs and isinstance(inputs[0], dict):
            task, inputs = _one_task(inputs)
        first = self._modules_of(self.route_of(task, modality))[0]
        features: Features = first.preprocess(inputs, prompt=prompt, task=task, **options)
        return features | {"task": task} | ({} if modality is None else {"modality": modality})

    def forward(
        self,
        features: Features,
        task: str | None = None,
        modality: Modality = None,
        **kwargs: Any,
    ) -> Features:
        """`features` through the modules of the route that they, or the arguments, name."""
        task = features.get("task") if task is None else task
        modality = features.get("modality") if modality is None else modality
        options = {**kwargs, "task": task, "modality": modality}
        for module in self._modules_of(self.route_of(task, modality)):
            taken = getattr(module, "forward_kwargs", ())
            features = module(features, **{n: v for n, v in options.items() if n in taken})
        return features

    @property
    def modalities(self) -> list[str]:
        """What any of the routes reads."""
        kinds = (getattr(first, "modalities", ["text"]) for first in self._first_modules())
        return list(dict.fromkeys(kind for of_route in kinds for kind in of_route))

    @property
    def tokenizer(self) -> Any:
        """That of the first route that has one."""
        found = (getattr(first, "tokenizer", None) for first in self._first_modules())
        return next((tokenizer for tokenizer in found if tokenizer is not None), None)

    @property
    def max_seq_length(self) -> int | None:
        """The longest of the routes' limits; None where nothing limits. Setting sets each."""
        limits = [getattr(first, "max_seq_length", None) for first in self._first_modules()]
        return max((limit for limit in limits if limit), default=None)

    @max_seq_length.setter
    def max_seq_length(self, value: int | None) -> None:
        for first in self._first_modules():
            first.max_seq_length = value

    def get_embedding_dimension(self) -> int | None:
        """The width of the first route's vectors; routes of one model end with the same."""
        for route in self.sub_modules:
            for module in reversed(self._modules_of(route)):
                if isinstance(module, Module) and (width := module.get_embedding_dimension()):
                    return width
        return None

    def save(self, output_path: str | Path, safe_serialization: bool = True) -> None:
        """Write each module into a folder of its own, a shared one once."""
        # here, since the list of what may be loaded has this class on it
        from worker.engine.model.modules.known import name_of

        folders: dict[Module, str] = {}
        for route in self.sub_modules:
            for index, module in enumerate(self._modules_of(route)):
                folders.setdefault(module, f"{route}_{index}_{type(module).__name__}")
        for module, name in folders.items():
            (Path(output_path) / name).mkdir(exist_ok=True)
            module.save(str(Path(output_path) / name), safe_serialization=safe_serialization)
        mappings = {str(key): route for key, route in self.route_mappings.items()}
        config = {
            "types": {name: name_of(module) for module, name in folders.items()},
            "structure": {
                route: [folders[module] for module in self._modules_of(route)]
                for route in self.sub_modules
            },
            "parameters": self.get_config_dict() | {"route_mappings": mappings},
        }
        write_json(Path(output_path) / self.config_file_name, config)

    @classmethod
    def read(cls, folder: Path, name: str | None = None, **kwargs: Any) -> Self:
        """Read what `save` wrote, or an Asym of before. `kwargs` go to every module."""
        # here, since the list of what may be loaded has this class on it
        from worker.engine.model.modules.known import known

        place = folder / cls.config_file_name
        place = place if place.is_file() else folder / OLD_CONFIG
        config = read_json(place)
        try:
            modules = {
                path: known(str(kind), place).read(inside(folder, path, place), **kwargs)
                for path, kind in config["types"].items()
            }
            routes = {n: [modules[path] for path in p] for n, p in config["structure"].items()}
            parameters = {n: v for n, v in config["parameters"].items() if n in cls.config_keys}
            mappings = (parameters.get("route_mappings") or {}).items()
            parameters["route_mappings"] = {ast.literal_eval(key): to for key, to in mappings}
            return cls(routes, **parameters)
        except (KeyError, TypeError, ValueError, SyntaxError, AttributeError) as cause:
            raise WrongModelFile(f"{place} doesn't describe a Router: {cause!r}") from cause

    def _modules_of(self, route: str) -> list[Any]:
        return list(self.sub_modules[route].children())

    def _first_modules(self) -> list[Any]:
        return [self._modules_of(route)[0] for route in self.sub_modules]

    def _routes(self) -> str:
        tasks = sorted({str(task) for task, _ in self.route_mappings if task is not None})
        return ", ".join(map(repr, [*self.sub_modules, *tasks]))

    def __repr__(self) -> str:
        return nn.Module.__repr__(self)


Asym = Router
"""Its name before version 5."""


def _sorted(modality: Modality) -> Modality:
    return tuple(sorted(modality)) if isinstance(modality, tuple) else modality


def _one_task(inputs: Sequence[Mapping[str, str]]) -> tuple[str, list[str]]:
    """The task that all of `inputs`, {task: text}, name, and their texts."""
    tasks = sorted({task for row in inputs for task in row})
    if len(tasks) != 1:
        raise ValueError(
            f"These texts are of several tasks: {', '.join(tasks)}. Give those of one at a time."
        )
    return tasks[0], [row[tasks[0]] for row in inputs]
