"""Which columns are probably what. A proposal: the person's own mapping is what counts."""

from backend.catalog.columns import (
    LABEL_NAMES,
    NUMERIC,
    ColumnFacts,
    ColumnType,
    TableFacts,
    label_kinds,
)
from backend.recipes.column_names import (
    CLASS_NAMES,
    EMBEDDING_NAMES,
    GRADE_NAMES,
    GROUP_NAMES,
    SCORE_NAMES,
    is_negative,
    is_sibling,
    kin_of,
    language_of,
    named,
)
from backend.recipes.parts import part_column
from backend.recipes.schemas import MOST_INPUTS, Mapping
from backend.recipes.surplus import MOSTLY_EMPTY, is_categorical, why_surplus


def propose(facts: TableFacts) -> Mapping | None:
    """The mapping that names and values suggest, or None where no column holds texts.

    The documented rule of names (a label is called label, labels, score or scores; all others are
    inputs, in their order), and beyond it what a person would see: texts that belong together by
    their names stand in their usual order and alone; what is empty, constant, an id or a mere
    property of the rows has no part; classes and scores are known by other names, too, and a
    single column of numbers beside two texts is taken for their score.
    """
    part = part_column(facts)
    columns = [c for c in facts.columns if c.name != part and not _is_surplus(c, facts)]
    texts = [column for column in columns if column.type is ColumnType.TEXT]
    label = _named_label(columns, len(texts))
    texts = [column for column in texts if column.name != label]
    inputs, beside = _inputs(texts, facts)
    if not inputs:
        return None
    others = [column for column in columns if column.name not in inputs]
    grade = named([c.name for c in others if c.type in NUMERIC], GRADE_NAMES)
    if label is None and grade is None:
        label = _label_by_values(others, inputs, beside, facts)
    group = named([c.name for c in facts.columns if _keeps_together(c, inputs, label)], GROUP_NAMES)
    is_graded = grade is not None and label is None and len(inputs) > 1
    return Mapping(
        inputs=inputs[:MOST_INPUTS],
        label=label,
        grade=grade if is_graded else None,
        group=None if is_graded else group,  # their documents are shared by many queries
    )


def _is_surplus(column: ColumnFacts, facts: TableFacts) -> bool:
    """A query and its grade may be missing beside a document that nobody asked for."""
    why = why_surplus(column, facts)
    if why != MOSTLY_EMPTY:
        return why is not None
    kin = kin_of(c.name for c in facts.columns if c.type is ColumnType.TEXT)
    is_asked = kin is not None and column.name == kin[1]
    return not (is_asked or named([column.name], GRADE_NAMES))


def _named_label(columns: list[ColumnFacts], texts: int) -> str | None:
    """Other names than the rule's count where they can be meant: a score is one of two texts."""
    able = [column for column in columns if label_kinds(column)]
    by_rule = {column.name.lower(): column.name for column in reversed(columns)}
    label = next((by_rule[name] for name in LABEL_NAMES if name in by_rule), None)
    if label is not None:
        return label
    lists = [c.name for c in able if c.type is ColumnType.NUMBERS]
    scores = [c.name for c in able if c.type in (*NUMERIC, ColumnType.NUMBERS)]
    return (
        named(
            [column.name for column in able if column.type is not ColumnType.NUMBERS], CLASS_NAMES
        )
        or (named(scores, SCORE_NAMES) if texts > 1 else None)
        or named(lists, EMBEDDING_NAMES)
    )


def _inputs(texts: list[ColumnFacts], facts: TableFacts) -> tuple[list[str], list[str]]:
    """The texts to learn from in their order, and those that are mere properties."""
    names = [column.name for column in texts]
    languages = [name for name in names if language_of(name)]
    if len(languages) > 1:
        return languages, [name for name in names if name not in languages]
    if kin := kin_of(names):
        _, first, second = kin
        further = [
            name
            for name in names
            if name not in (first, second) and (is_negative(name) or is_sibling(name, second))
        ]
        inputs = [first, second, *further]
        return inputs, [name for name in names if name not in inputs]
    properties = [column.name for column in texts if is_categorical(column, facts)]
    said = [name for name in names if name not in properties]
    return (said, properties) if said else (names, [])


def _label_by_values(
    others: list[ColumnFacts], inputs: list[str], beside: list[str], facts: TableFacts
) -> str | None:
    """The only numbers beside two texts, or the only property beside a single text."""
    numbers = [c for c in others if c.type in NUMERIC and not _counts_rows(c, facts)]
    if len(inputs) == 2 and len(numbers) == 1:
        return numbers[0].name
    return beside[0] if len(inputs) == 1 and len(beside) == 1 else None


def _counts_rows(column: ColumnFacts, facts: TableFacts) -> bool:
    return (
        column.type is ColumnType.INTEGER
        and facts.rows > 2
        and column.distinct == facts.rows
        and column.minimum in (0, 1)
        and column.maximum in (facts.rows - 1, facts.rows)
    )


def _keeps_together(column: ColumnFacts, inputs: list[str], label: str | None) -> bool:
    return column.name not in inputs and column.name != label and column.distinct != 1
