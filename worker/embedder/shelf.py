"""The models that are in memory: a few, the one not used for longest makes room."""

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from backend.catalog.base_models import carried
from backend.settings import Settings
from backend.storage import Storage
from worker.engine.model import SentenceTransformer

MOST_MODELS = 4


class NotLoadedYet(Exception):
    """The model is being read; ask again."""


class Shelf:
    """Loads models one after another in a thread of its own; whoever asks never waits for it."""

    def __init__(self, settings: Settings) -> None:
        self._storage = Storage(settings)
        self._loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loader")
        self._models: OrderedDict[str, Future[SentenceTransformer]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str) -> SentenceTransformer:
        """The model of this name, if it is in memory.

        Raises NotLoadedYet while it is being read, and what went wrong if it can't be: then the
        next question tries again.
        """
        with self._lock:
            loading = self._models.get(name)
            if loading is None:
                loading = self._models[name] = self._loader.submit(self._load, name)
                while len(self._models) > MOST_MODELS:
                    self._models.popitem(last=False)
            self._models.move_to_end(name)
            if loading.done() and loading.exception() is not None:
                del self._models[name]
        if not loading.done():
            raise NotLoadedYet(name)
        return loading.result()

    def _load(self, name: str) -> SentenceTransformer:
        return SentenceTransformer(str(self._place(name)))

    def _place(self, name: str) -> Path | str:
        if name.startswith("mdl_"):
            return self._storage.folder(f"models/{name}")
        return carried(name) or name
