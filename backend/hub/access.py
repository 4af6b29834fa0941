"""The way to the Hub: where it is, and with whose token.

A person's own token (see `connection`) goes before the studio's: HF_TOKEN, or what the file
LIKEWISE_HUB_TOKEN_FILE holds, for server and workers alike. Either is read where it is used: no
job, log or answer ever holds it. A token that `hf auth login` left in a home folder is somebody's
own, and is not used unasked.
"""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.problems import Problem, Refusal

THE_HUB = "https://huggingface.co"
THE_VIEWER = "https://datasets-server.huggingface.co"


class NoToken(Refusal):
    """503: the file that is to hold the studio's token can't be read."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="hub_token_unreadable",
                title="The studio’s token for the Hub can’t be read",
                detail="The file of LIKEWISE_HUB_TOKEN_FILE can't be read by the server. Have the "
                "operator mend that, or upload the data as a file instead.",
            )
        )


class Access(BaseSettings):
    """How the Hub is reached. Of a mirror (`HF_ENDPOINT`) nobody knows a dataset viewer, unless
    LIKEWISE_HUB_VIEWER_URL names one."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True)

    endpoint: str = Field(THE_HUB, validation_alias="HF_ENDPOINT")
    is_offline: bool = Field(False, validation_alias="HF_HUB_OFFLINE")
    token_here: SecretStr | None = Field(None, validation_alias="HF_TOKEN")
    token_file: Path | None = Field(None, validation_alias="LIKEWISE_HUB_TOKEN_FILE")
    named_viewer: str | None = Field(None, validation_alias="LIKEWISE_HUB_VIEWER_URL")

    @classmethod
    def now(cls) -> Self:
        return cls()

    def by(self, token: str | None) -> Self:
        """The same way with this token, and no other; as it is where there is none."""
        if token is None:
            return self
        return self.model_copy(update={"token_here": SecretStr(token), "token_file": None})

    @property
    def token(self) -> str | None:
        """Raises NoToken where the file that is to hold it can't be read."""
        if self.token_file is not None:
            try:
                return self.token_file.read_text(encoding="utf-8").strip() or None
            except (OSError, UnicodeDecodeError) as error:
                raise NoToken from error
        return self.token_here.get_secret_value() if self.token_here else None

    @property
    def hub(self) -> str:
        return self.endpoint.rstrip("/")

    @property
    def viewer(self) -> str | None:
        if self.named_viewer:
            return self.named_viewer.rstrip("/")
        return THE_VIEWER if self.hub == THE_HUB else None

    def page_of(self, repo: str) -> str:
        """Where a person sees the dataset, and accepts its terms."""
        return f"{self.hub}/datasets/{repo}"
