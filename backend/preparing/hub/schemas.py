"""What is told of the Hub's datasets over REST."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from backend.catalog.columns import ColumnType
from backend.datasets.schemas import FitOut
from backend.preparing.hub.first_rows import FirstRows
from backend.preparing.hub.picking import Looked
from backend.preparing.hub.preview import Preview
from backend.preparing.hub.splits import Subsets
from backend.recipes.schemas import Mapping


class FoundOut(BaseModel):
    """A dataset of the Hub. `rows_about` is the class of size that its page claims."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    description: str
    downloads: int
    likes: int
    size_bytes: int | None
    rows_about: str | None
    gated: bool
    private: bool
    recommended: bool = Field(description="Tagged by its owners as ready for embedding models.")
    languages: list[str]
    licence: str | None


class FoundsOut(BaseModel):
    items: list[FoundOut]


class SplitOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    rows: int | None


class SubsetOut(BaseModel):
    """`splits` is empty where only a preview of this subset would tell them."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    splits: list[SplitOut]


class SplitsOut(BaseModel):
    """What there is to choose from, at one commit."""

    repo: str
    commit: str
    gated: bool
    private: bool
    subsets: list[SubsetOut]

    @classmethod
    def of(cls, looked: Looked, subsets: Subsets) -> Self:
        return cls(
            repo=looked.repo,
            commit=looked.commit,
            gated=looked.info.gated,
            private=looked.info.private,
            subsets=[SubsetOut.model_validate(subset) for subset in subsets],
        )


class PreviewColumnOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    type: ColumnType
    classes: list[str] = Field(description="What its whole numbers stand for: 0 is the first.")


class PreviewOut(BaseModel):
    """The first rows as an import would keep them. What can be trained is judged by them alone."""

    repo: str
    commit: str
    subset: str
    split: str
    columns: list[PreviewColumnOut]
    left_out: list[str] = Field(description="Columns of pictures, sounds and the like.")
    rows: list[dict[str, Any]]
    sentence: str
    mapping: Mapping | None
    losses: list[FitOut]

    @classmethod
    def of(cls, looked: Looked, first: FirstRows, preview: Preview) -> Self:
        return cls(
            repo=looked.repo,
            commit=looked.commit,
            subset=first.subset,
            split=first.split,
            columns=[PreviewColumnOut.model_validate(column) for column in preview.columns],
            left_out=list(preview.left_out),
            rows=list(preview.rows),
            sentence=preview.sentence,
            mapping=preview.mapping,
            losses=[FitOut.of(fit) for fit in preview.fits],
        )
