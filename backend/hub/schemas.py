"""What goes in and out of a person's connection to the Hub. The token goes in only."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class HubTokenIn(BaseModel):
    """A fine-grained token is best: it may read what you choose, and nothing else."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"token": "hf_AbCdEfGhIjKl"}]}
    )

    token: SecretStr = Field(max_length=500, description="From huggingface.co/settings/tokens.")


class HubConnectionOut(BaseModel):
    """The account, and of its token the last four characters."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    role: str = Field(description="What the token may do: read, write or fineGrained.")
    last_four: str
    connected_at: datetime
