"""What OpenAI's clients send and read, as far as a studio of embedding models answers it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Encoding = Literal["float", "base64"]
Tokens = list[int]


class EmbeddingsIn(BaseModel):
    """Fields of theirs that mean nothing here, such as `user`, are passed over."""

    model_config = ConfigDict(extra="ignore")

    model: Annotated[
        str, Field(max_length=200, description="A model's id: mdl_…, or a base model's name.")
    ]
    input: str | list[str] | Tokens | list[Tokens] = Field(
        description="One text or up to 2 048. Tokens are refused: each model has its own."
    )
    encoding_format: Encoding = Field(
        "float", description="base64: float32, little-endian, as OpenAI's client asks by default."
    )
    dimensions: int | None = Field(
        None, ge=1, description="Keep the first so many, and make the length 1 again."
    )
    prompt_name: str | None = Field(
        None, max_length=100, description="Ours: the model's prompt, such as `query`."
    )


class EmbeddingOut(BaseModel):
    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class UsageOut(BaseModel):
    """In tokens of the model's own, after truncation."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingsOut(BaseModel):
    object: Literal["list"] = "list"
    data: list[EmbeddingOut]
    model: str
    usage: UsageOut


class OpenAIModel(BaseModel):
    """`created` in seconds since 1970."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class OpenAIModels(BaseModel):
    object: Literal["list"] = "list"
    data: list[OpenAIModel]


class OpenAIError(BaseModel):
    message: str
    type: str
    param: str | None
    code: str


class OpenAIErrorBody(BaseModel):
    error: OpenAIError
