"""The embedder's two routes. It listens where only the studio can reach it."""

import threading
import time
from typing import Annotated

import torch
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

from worker.embedder.shelf import NotLoadedYet, Shelf
from worker.engine.model.modules.module import Features
from worker.engine.model.problems import ModelProblem
from worker.engine.model.prompts import QUERY_PROMPTS

ModelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?$")]


class EmbedIn(BaseModel):
    model: ModelName
    texts: list[str] = Field(max_length=1_000)
    prompt_name: str | None = None
    prompt: str | None = Field(None, description="In place of a prompt of the model's own.")
    is_query: bool = Field(False, description="Whether the texts are what one searches with.")
    revision: str | None = Field(None, description="Of a model of the Hub.")


class EmbedOut(BaseModel):
    """One embedding a text, in their order; `tokens` is how many the model read for all."""

    embeddings: list[list[float]]
    tokens: int


class Clock:
    """When somebody last asked, on a clock that only goes forward."""

    def __init__(self) -> None:
        self.asked_at = time.monotonic()

    def idle_seconds(self) -> float:
        return time.monotonic() - self.asked_at


def create_app(shelf: Shelf, clock: Clock) -> FastAPI:
    app = FastAPI(title="Likewise embedder", openapi_url=None)
    one_at_a_time = threading.Lock()

    @app.get("/livez")
    def livez() -> dict[str, bool]:
        return {"alive": True}

    @app.post("/embed")
    def embed(asked: EmbedIn) -> EmbedOut:
        clock.asked_at = time.monotonic()
        try:
            model = shelf.get(asked.model, asked.revision)
        except NotLoadedYet as error:
            raise HTTPException(503, "loading", headers={"Retry-After": "2"}) from error
        except (OSError, ModelProblem) as error:
            raise HTTPException(422, f"{asked.model} can't be loaded: {error}") from error
        try:
            name = asked.prompt_name
            if asked.is_query:
                name = model.prompts.name_for(QUERY_PROMPTS, asked.prompt, name)
            prompt = model.prompts.choose(asked.prompt, name or model.default_prompt_name)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        with one_at_a_time, torch.inference_mode():
            encode = model.encode_query if asked.is_query else model.encode
            embeddings = encode(
                asked.texts,
                prompt_name=asked.prompt_name,
                prompt=asked.prompt,
                convert_to_numpy=True,
            )
            tokens = _tokens(model.preprocess(asked.texts, prompt=prompt))
        return EmbedOut(embeddings=embeddings.tolist(), tokens=tokens)

    return app


def _tokens(features: Features) -> int:
    """Those that are no padding; a static model has none of that."""
    mask = features.get("attention_mask")
    return int(mask.sum()) if mask is not None else int(features["input_ids"].numel())
