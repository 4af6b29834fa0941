"""The server's way to the embedder: the one process that holds models and answers at once.

In production it is a container, at `LIKEWISE_EMBEDDER_URL`. Otherwise the server starts it on a
socket of the data folder at first use; it leaves by itself when nobody asked for a while, and at
the end of the pipe that it reads from us when we are gone.
"""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

import httpx2
import numpy as np
import structlog
from numpy.typing import NDArray

from backend.problems import Invalid, Pointer, Problem, Refusal, Unready
from backend.proof.seen import Asked
from backend.settings import Settings

log = structlog.get_logger()

ANSWER_SECONDS = 30.0
MODULE = "worker.embedder"


class EmbedderFailed(Refusal):
    """The embedder is there, and can't do it; its own words say why."""

    status = 502


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """One embedding a text (N×D), and how many tokens the model read."""

    vectors: NDArray[np.float32]
    tokens: int


class Embedder:
    """Embeds texts by a model of this studio (`mdl_…`) or by a base model (its Hub id)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ours = settings.embedder_url is None
        transport = None
        if self._is_ours:
            transport = httpx2.HTTPTransport(verify=False, uds=str(settings.socket("embedder")))
        self._http = httpx2.Client(
            base_url=settings.embedder_url or "http://embedder",
            transport=transport,
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=2.0),
            trust_env=False,
        )

    def embed(self, model: str, texts: list[str]) -> NDArray[np.float32]:
        """One embedding a text, as the model gives them (N×D). Raises as `ask` does."""
        return self.ask(model, texts).vectors

    def search_vector(
        self, model: str, query: str, asked: Asked, revision: str | None = None
    ) -> NDArray[np.float32]:
        """The embedding of what is searched with, D. Raises as `ask` does."""
        wanted = {"is_query": asked.is_query, "prompt": asked.prompt, "revision": revision}
        vector: NDArray[np.float32] = self._answer(model, [query], wanted).vectors[0]
        return vector

    def ask(self, model: str, texts: list[str], prompt_name: str | None = None) -> Embedded:
        """Texts and their embeddings, after the model's prompt of this name.

        Raises Unready while the embedder starts or loads this model, Invalid if the model has no
        such prompt, EmbedderFailed if it can't.
        """
        return self._answer(model, texts, {"prompt_name": prompt_name})

    def _answer(self, model: str, texts: list[str], wanted: dict[str, Any]) -> Embedded:
        try:
            answer = self._http.post("/embed", json={"model": model, "texts": texts, **wanted})
        except (httpx2.NetworkError, httpx2.RemoteProtocolError) as error:
            self._start()
            raise self._unready() from error
        except httpx2.TimeoutException as error:
            raise self._unready() from error
        if answer.status_code == 503:
            raise self._unready()
        if answer.status_code == 400:
            raise Invalid(
                Problem(
                    code="unknown_prompt",
                    title="The model has no such prompt",
                    detail=_detail(answer),
                    at=Pointer("/prompt_name"),
                )
            )
        if answer.status_code != 200:
            raise EmbedderFailed(
                Problem(
                    code="embedder_failed",
                    title="This model can't be tried",
                    detail=_detail(answer),
                )
            )
        told = answer.json()
        return Embedded(
            vectors=np.asarray(told["embeddings"], dtype=np.float32), tokens=told["tokens"]
        )

    def close(self) -> None:
        self._http.close()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()  # the end of its pipe: it leaves

    def _start(self) -> None:
        if not self._is_ours:
            return
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            logs = self._settings.data / "logs"
            logs.mkdir(parents=True, exist_ok=True)
            environment = {**os.environ, "LIKEWISE_DATA": str(self._settings.data.absolute())}
            with (logs / "embedder.log").open("ab") as out:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", MODULE],
                    stdin=subprocess.PIPE,
                    stdout=out,
                    stderr=out,
                    env=environment,
                    start_new_session=True,
                )
            log.info("embedder started", pid=self._process.pid)

    @staticmethod
    def _unready() -> Unready:
        return Unready(
            "The model is being loaded",
            "The first answer takes some seconds, while the model is read into memory. "
            "Ask again in two seconds.",
            retry_after_seconds=2,
        )


def _detail(answer: httpx2.Response) -> str:
    """The embedder's own words, where it had any."""
    if answer.headers.get("content-type", "").startswith("application/json"):
        return str(answer.json().get("detail", answer.text))
    return "The embedder failed; its log, embedder.log, says how."
