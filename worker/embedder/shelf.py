"""The models that are in memory: a few, the one not used for longest makes room."""

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

from backend.catalog.base_models import carried
from backend.settings import Settings
from backend.storage import Storage
from worker.engine.model import SentenceTransformer

MOST_MODELS = 4


Asked: TypeAlias = tuple[str, str | None]
"""A model's name, and its revision on the Hub where one is meant."""


class NotLoadedYet(Exception):
    """The model is being read; ask again."""


class Shelf:
    """Loads models one after another in a thread of its own; whoever asks never waits for it."""

    def __init__(self, settings: Settings) -> None:
        self._storage = Storage(settings)
        self._loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loader")
        self._models: OrderedDict[Asked, Future[SentenceTransformer]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str, revision: str | None = None) -> SentenceTransformer:
        """The model of this name and revision, if it is in memory.

        Raises NotLoadedYet while it is being read, and what went wrong if it can't be: then the
        next question tries again.
        """
        asked = (name, revision)
        with self._lock:
            loading = self._models.get(asked)
            if loading is None:
                loading = self._models[asked] = self._loader.submit(self._load, *asked)
                while len(self._models) > MOST_MODELS:
                    self._models.popitem(last=False)
            self._models.move_to_end(asked)
            if loading.done() and loading.exception() is not None:
                del self._models[asked]
        if not loading.done():
            raise NotLoadedYet(name)
        return loading.result()

    def _load(self, name: str, revision: str | None) -> SentenceTransformer:
        return SentenceTransformer(str(self._place(name)), revision=revision)

    def _place(self, name: str) -> Path | str:
        if name.startswith("mdl_"):
            return self._storage.folder(f"models/{name}")
        return carried(name) or name
