"""What the studio noticed: one sentence, the rows to look at, and what can be done about it."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from backend.recipes.schemas import Strict


class FindingKind(StrEnum):
    EXACT_DUPLICATES = "exact_duplicates"
    NEAR_DUPLICATES = "near_duplicates"
    CONFLICTING_LABELS = "conflicting_labels"
    LEAKS = "leaks"
    REVERSED = "reversed"
    FALSE_NEGATIVES = "false_negatives"
    SURPLUS_COLUMNS = "surplus_columns"
    SCORE_SCALE = "score_scale"
    CUT_TEXTS = "cut_texts"
    EMPTY_TEXTS = "empty_texts"
    LONG_TEXTS = "long_texts"
    CONTROL_CHARACTERS = "control_characters"
    BROKEN_ENCODING = "broken_encoding"
    HTML = "html"
    SECRETS = "secrets"
    EMAIL_ADDRESSES = "email_addresses"


class Remedy(Strict):
    """A repair to offer: operations to apply to the version, in their order, or a change of the
    mapping, or both. `operations` are as POST /dataset-versions/{id}/operations takes them."""

    label: str
    operations: list[dict[str, Any]] = Field(default_factory=list)
    mapping: dict[str, Any] | None = None


class Finding(Strict):
    """`rows` are row numbers from 0, at most 1,000 of them; `groups` are rows that belong together
    (the copies of one text, the labels that contradict each other). `looked_at` rows were looked
    at; `is_sample` says that these were not all. Where there is no remedy, `why_no_remedy` says why:
    a finding that `needs_review` has its remedy once the review has said what is so."""

    kind: FindingKind
    sentence: str
    count: int
    looked_at: int
    is_sample: bool = False
    columns: list[str] = Field(default_factory=list)
    rows: list[int] = Field(default_factory=list)
    groups: list[list[int]] = Field(default_factory=list)
    remedies: list[Remedy] = Field(default_factory=list)
    why_no_remedy: str = ""
    needs_review: bool = False
