"""A dataset of the Hugging Face Hub, as one names it."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from backend.recipes.schemas import HUB_NAME, Strict

REPO_PATTERN = f"^{HUB_NAME}$"

_BOUND = r"(-?\d[\d_]*%?)?"
_SPLIT = re.compile(rf"[\w.-]+(\[{_BOUND}:{_BOUND}\])?")
_PARTS = {
    "train": "train",
    "training": "train",
    "validation": "choose",
    "valid": "choose",
    "val": "choose",
    "dev": "choose",
    "test": "prove",
}
"""What a split's name says that its rows are for; `validation_matched` begins so, too."""


def part_of(split: str) -> str | None:
    """The part of a training that a split's name tells, or None: `test[:10%]` is to prove with."""
    name = re.split(r"[\[+]", split)[0].lower()
    return _PARTS.get(name) or _PARTS.get(re.split(r"[_.-]", name)[0])


def _splits(text: str) -> str:
    if not all(_SPLIT.fullmatch(piece) for piece in text.split("+")):
        raise ValueError(
            "is no split; write a name such as train, a slice such as train[:10000] or "
            "train[10%:20%], or several as in train+test"
        )
    return text


def _with_part(text: str) -> str:
    if part_of(text) is None:
        raise ValueError(
            "doesn't say what it is for: a name begins with train, validation, valid, val, dev or "
            "test. Bring this split alone, as `split`"
        )
    return text


SplitText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_splits)]
SplitOfPart = Annotated[SplitText, AfterValidator(_with_part)]


class HubDataset(Strict):
    """`split` may be a slice, such as `train[:10000]`; `revision` pins a commit. With `splits`
    their rows come under each other, and the column `part` says train, choose or prove."""

    repo: str = Field(pattern=REPO_PATTERN, examples=["sentence-transformers/all-nli"])
    subset: str | None = Field(
        None, min_length=1, max_length=200, pattern=r"^[^/\\\x00-\x1f]+$", examples=["triplet"]
    )
    split: SplitText | None = Field(None, description="Default: train.")
    splits: list[SplitOfPart] = Field(default_factory=list, max_length=10)
    revision: str | None = Field(None, max_length=100, pattern=r"^[\w./-]+$", examples=["main"])

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if self.splits and self.split is not None:
            raise ValueError("name either `split` or `splits`, not both")
        return self

    @property
    def wanted_splits(self) -> list[str]:
        return self.splits or [self.split or "train"]

    @property
    def in_words(self) -> str:
        splits = ", ".join(self.wanted_splits)
        return "/".join(part for part in (self.repo, self.subset, splits) if part)
