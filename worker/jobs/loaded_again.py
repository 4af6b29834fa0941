"""A saved model in a process of its own, which loads it as a stranger would: to evaluators it is a
model like any other."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from worker.engine.similarity import SimilarityFunction, Vectors
from worker.jobs.stranger import Answer, Question

MODULE = "worker.jobs.stranger"


class NotServed(Exception):
    """The saved model can't be loaded or can't embed; its own words say why."""


class LoadedAgain:
    """Starts at once, since imports take longest, and loads the folder at the first question.

    `prompts` are those that stand before texts here, by the names that they were saved under: the
    stranger is told the name and must find the text itself. `graph` is an ONNX file that is run
    instead of the folder's weights.
    """

    def __init__(
        self,
        folder: Path,
        device: torch.device | str = "cpu",
        prompts: Mapping[str, str] | None = None,
        graph: Path | None = None,
    ) -> None:
        self._device = torch.device(device)
        self._names = {text: name for name, text in (prompts or {}).items() if text}
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                MODULE,
                str(folder),
                str(device),
                *([str(graph)] if graph else []),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def similarity_fn_name(self) -> str:
        """By the stranger's word. Raises NotServed."""
        answer, _ = self._ask(Question())
        return str(answer.similarity)

    def similarity(self, one: Vectors, other: Vectors) -> torch.Tensor:
        return SimilarityFunction.to_similarity_fn(self.similarity_fn_name)(one, other)

    def encode(self, inputs: Sequence[str], **options: Any) -> Any:
        return self._encode("encode", inputs, **options)

    def encode_query(self, inputs: Sequence[str], **options: Any) -> Any:
        return self._encode("encode_query", inputs, **options)

    def encode_document(self, inputs: Sequence[str], **options: Any) -> Any:
        return self._encode("encode_document", inputs, **options)

    def ask(self, question: Question) -> NDArray[np.float32]:
        """The vectors, N×D. Raises NotServed."""
        answer, vectors = self._ask(question)
        return np.frombuffer(vectors, dtype=np.float32).reshape(answer.shape)

    def _encode(
        self,
        way: str,
        inputs: Sequence[str],
        prompt: str | None = None,
        prompt_name: str | None = None,
        convert_to_tensor: bool = False,
        batch_size: int = 32,
        truncate_dim: int | None = None,
        normalize_embeddings: bool = False,
        show_progress_bar: bool | None = None,
        convert_to_numpy: bool = True,
    ) -> Any:
        name = prompt_name or self._names.get(prompt or "")
        vectors_ND = self.ask(
            Question(
                way=way,
                texts=list(inputs),
                prompt_name=name,
                prompt=None if name else prompt,
                batch_size=batch_size,
                truncate_dim=truncate_dim,
                normalize_embeddings=normalize_embeddings,
            )
        )
        if not convert_to_tensor:
            return vectors_ND
        return torch.from_numpy(vectors_ND.copy()).to(self._device)

    def _ask(self, question: Question) -> tuple[Answer, bytes]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(question.model_dump_json().encode() + b"\n")
            stdin.flush()
        except BrokenPipeError as error:
            raise self._gone() from error
        line = stdout.readline()
        if not line:
            raise self._gone()
        answer = Answer.model_validate(json.loads(line))
        if answer.problem is not None:
            raise NotServed(answer.problem)
        size = 4 * int(np.prod(answer.shape)) if question.texts is not None else 0
        vectors = stdout.read(size)
        if len(vectors) != size:
            raise self._gone()
        return answer, vectors

    def _gone(self) -> NotServed:
        return NotServed(f"its process ended with {self._process.wait()}")
