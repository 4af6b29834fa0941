"""Publications as they enter and leave."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, field_validator

from backend.ids import JobId, ModelId, PublicationId
from backend.proof.schemas import Served
from backend.publishing.leaving_file import LeavingFile
from backend.recipes.schemas import Strict
from backend.runs.schemas import JobOut

Repo = Annotated[
    str,
    Field(
        max_length=193,
        pattern=r"^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9_][\w.-]{0,95}$",
        description="Owner and name at the Hub.",
        examples=["ada/support-questions"],
    ),
]
License = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9.+-]{0,63}$",
        description="By the Hub's short name; `other` where it has none.",
        examples=["apache-2.0"],
    ),
]
Language = Annotated[
    str,
    Field(
        pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,4})?|multilingual|code)$",
        description="An ISO 639 code, or `multilingual`.",
        examples=["en"],
    ),
]


class PublicationIn(Strict):
    """What a person decides of a publication. What they don't speak of stays closed."""

    repo: Repo
    license: License
    languages: Annotated[list[Language], Field(min_length=1, max_length=50)]
    private: bool = Field(True, description="Only you, or your organisation, can see it.")
    as_pull_request: bool = Field(False, description="Propose it to a repository that is there.")
    with_samples: bool = Field(
        False, description="Show some rows of the training data in the card."
    )

    @field_validator("repo")
    @classmethod
    def _as_the_hub_has_it(cls, repo: str) -> str:
        bad = any(part in repo for part in ("--", "..", "-/", "./")) or repo.endswith(
            ("-", ".", ".git")
        )
        if bad:
            raise ValueError(
                "The Hub has no such names: no -- or .. in it, no - or . at its end, and no .git."
            )
        return repo


class PublicationOut(BaseModel):
    """What will leave, or has left. `files` holds everything: nothing else is sent.

    `status` is `previewed` until it is to be published, then that of its job; once that has
    succeeded, the files were compared with what lies on the Hub.
    """

    id: PublicationId
    model_id: ModelId
    job_id: JobId | None
    status: str = Field(examples=["previewed"])
    repo: str
    private: bool
    as_pull_request: bool
    with_samples: bool
    license: str
    languages: list[str]
    files: list[LeavingFile]
    size_bytes: int
    metadata: dict[str, Any] = Field(description="What the Hub is told of the model, by the card.")
    is_new_repo: bool
    parent: str | None = Field(description="The commit that the repository stood at.")
    replaces: list[str] = Field(description="Files there that get our content.")
    commit: str | None
    url: str | None
    pull_request_url: str | None
    served: Served | None = Field(description="How it compared when it was loaded from the Hub.")
    job: JobOut | None
    created_at: datetime
    published_at: datetime | None
