"""A profile: what one look at a version's rows tells, column by column, and what was noticed."""

from enum import StrEnum

from pydantic import Field

from backend.catalog.columns import ColumnType
from backend.datasets.findings.finding import Finding
from backend.recipes.schemas import DEFAULT_BASE_MODEL, MODEL_NAME, Mapping, Strict

USUAL_SAMPLE_ROWS = 50_000


class Role(StrEnum):
    """What a column is for. The n-th input is the n-th of its mapping."""

    INPUT = "input"
    LABEL = "label"
    GROUP = "group"
    PART = "part"
    NONE = "none"


class ProfileSettings(Strict):
    """How to look. The same settings for the same version are the same profile."""

    mapping: Mapping | None = Field(None, description="Empty: the one that the names suggest.")
    base_model: str = Field(
        DEFAULT_BASE_MODEL,
        pattern=MODEL_NAME,
        description="Whose tokens are counted; with `with_model` also who judges the rows.",
    )
    sample_rows: int | None = Field(
        USUAL_SAMPLE_ROWS,
        ge=100,
        description="So many rows are looked at where one pass is not enough; null: all.",
    )
    seed: int = Field(0, ge=0, lt=2**32)
    with_model: bool = Field(
        False, description="Let the base model look for wrong answers that are right."
    )


class Histogram(Strict):
    """`counts[i]` values lie from `edges[i]` up to, but not at, `edges[i + 1]`."""

    edges: list[int]
    counts: list[int]


class Lengths(Strict):
    """How long texts are. Empty texts count, nulls don't."""

    minimum: int
    median: int
    mean: float
    p90: int = Field(description="Nine of ten texts are no longer.")
    p99: int
    maximum: int
    histogram: Histogram


class TokenLengths(Strict):
    """In tokens of the base model, with those that it puts around a text. `cut` of the `looked_at`
    texts are longer than `limit` tokens: the model never sees their ends."""

    lengths: Lengths
    limit: int
    cut: int
    looked_at: int


class ValueCount(Strict):
    value: str
    count: int


class LanguageShare(Strict):
    """`language` is a code of ISO 639-1; `share` of the texts that were looked at, from 0 to 1."""

    language: str
    share: float


class ColumnProfile(Strict):
    """One column. Exact over all rows, but for `tokens` and `languages`, which are of a sample."""

    name: str
    type: ColumnType
    role: Role
    input_number: int | None = Field(None, description="Of an input: 1 for the first.")
    nulls: int
    empty: int = Field(description="Texts that hold nothing but blanks.")
    distinct: int
    distinct_is_at_least: bool = Field(False, description="There were too many to count.")
    minimum: float | None = Field(None, description="Of numbers.")
    maximum: float | None = None
    characters: Lengths | None = None
    tokens: TokenLengths | None = None
    values: list[ValueCount] = Field(
        default_factory=list, description="Of a column with few values: the most frequent 50."
    )
    other_values: int = Field(0, description="Rows with a value that `values` leaves out.")
    languages: list[LanguageShare] = Field(default_factory=list)
    very_long: int = 0
    control_characters: int = Field(0, description="Texts that hold some.")
    broken_encoding: int = 0
    html: int = 0


class Suspect(Strict):
    """A text that counts as wrong for its row, and that the base model finds right.

    The text stands in `column` of row `text_row`, which is `row` itself for a triplet's negative;
    for pairs it is another row's answer. `score` is the cosine of the anchor and it, `own_score`
    that of the anchor and its own answer. It is `as_near_as` this share of all rows' own answers,
    from 0 to 1.
    """

    row: int
    column: str
    text_row: int
    anchor_column: str
    own_column: str
    score: float
    own_score: float
    as_near_as: float


class ProfileResult(Strict):
    """`mapping` is what was looked at: the person's, or the one that was proposed; null where no
    column holds texts. `looked_at` of the `rows` were looked at where one pass is not enough.
    `notes` say what could not be seen, and why."""

    settings: ProfileSettings
    mapping: Mapping | None
    rows: int
    looked_at: int
    is_sample: bool
    sentence: str = Field(description="The whole in one sentence.")
    columns: list[ColumnProfile]
    findings: list[Finding]
    suspects: list[Suspect] = Field(default_factory=list, description="The review list.")
    notes: list[str] = Field(default_factory=list)
    seconds: float = 0.0
