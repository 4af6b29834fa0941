"""A dataset of the Hugging Face Hub, as one names it."""

from pydantic import Field

from backend.recipes.schemas import Strict


class HubDataset(Strict):
    """`split` may be a slice, such as `train[:10000]`; `revision` pins a commit."""

    repo: str = Field(
        pattern=r"^[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?$",
        examples=["sentence-transformers/all-nli"],
    )
    subset: str | None = Field(None, max_length=200, pattern=r"^[\w.-]+$")
    split: str = Field("train", max_length=200, pattern=r"^[\w.\[\]:%+-]+$")
    revision: str | None = Field(None, max_length=100, pattern=r"^[\w./-]+$")

    @property
    def in_words(self) -> str:
        return "/".join(part for part in (self.repo, self.subset, self.split) if part)
