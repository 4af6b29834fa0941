"""`python -m worker.jobs.stranger FOLDER DEVICE [GRAPH]`: a saved model, loaded by somebody who was
not there; with GRAPH, an ONNX file, that is run instead of the transformer's weights.

It is given a folder and texts and knows nothing else: no recipe, and no prompt but those in the
folder. Each line of its standard input is a `Question`; the answer is a line of JSON, and behind it
the vectors as 32-bit floats, if there are any. It ends with its input.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from pydantic import BaseModel

from worker.engine.model import SentenceTransformer
from worker.engine.model.problems import ModelProblem
from worker.engine.onnx.running import run_by_graph


class Question(BaseModel):
    """Texts to embed by the model's method of that name, after the prompt of its own of that name.
    Without texts: what the model says of itself."""

    way: str = "encode"
    texts: list[str] | None = None
    prompt_name: str | None = None
    prompt: str | None = None
    batch_size: int = 32
    truncate_dim: int | None = None
    normalize_embeddings: bool = False


class Answer(BaseModel):
    """`shape` is of the vectors that follow; `problem` why there are none."""

    shape: list[int] = []
    similarity: str | None = None
    problem: str | None = None


def main() -> int:
    # A stop that reaches every process of a host is heeded by whoever asks here.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    folder, device, *graph = sys.argv[1:]
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    loaded: list[SentenceTransformer] = []
    for line in sys.stdin:
        try:
            if not loaded:  # the folder may not be there before the first question
                loaded.append(_load(folder, device, graph))
            _answer(out, loaded[0], Question.model_validate_json(line))
        except (ModelProblem, ValueError, OSError, KeyError, RuntimeError) as error:
            _send(out, Answer(problem=str(error) or type(error).__name__))
    return 0


def _load(folder: str, device: str, graph: list[str]) -> SentenceTransformer:
    model = SentenceTransformer(folder, device=device, local_files_only=True)
    return run_by_graph(model, Path(graph[0])) if graph else model


def _answer(out: BinaryIO, model: SentenceTransformer, asked: Question) -> None:
    if asked.texts is None:
        _send(out, Answer(similarity=model.similarity_fn_name))
        return
    options: dict[str, Any] = asked.model_dump(exclude={"way", "texts"})
    vectors = getattr(model, asked.way)(asked.texts, show_progress_bar=False, **options)
    plain = np.ascontiguousarray(vectors, dtype=np.float32)
    _send(out, Answer(shape=list(plain.shape)), plain.tobytes())


def _send(out: BinaryIO, answer: Answer, vectors: bytes = b"") -> None:
    out.write(json.dumps(answer.model_dump()).encode() + b"\n" + vectors)
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
