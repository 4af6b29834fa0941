"""In which of the usual forms somebody's data comes. Pure."""

from enum import StrEnum

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts, label_kinds
from backend.catalog.rows import Label
from backend.recipes.column_names import BEIR_NAMES, language_of, plain
from backend.recipes.schemas import Mapping
from backend.recipes.scripts import script_of


class Format(StrEnum):
    """The forms that data for sentence embeddings comes in."""

    TEXTS = "single text"
    TEXT_CLASS = "single text + class"
    PAIRS = "pair"
    PAIR_CLASS = "pair + class"
    PAIR_BINARY = "pair + binary"
    PAIR_SCORE = "pair + score"
    TRIPLETS = "triplet"
    TUPLES = "n-tuple with negatives"
    JUDGED = "query/passage with qrels"
    BEIR = "BEIR folder"
    PARALLEL = "parallel sentences"
    TEACHER_SCORES = "teacher scores"
    TEACHER_EMBEDDINGS = "teacher embeddings"
    NO_TEXTS = "no texts"
    OTHER = "of no usual form"


def format_of(mapping: Mapping, facts: TableFacts, label: ColumnFacts | None) -> Format:
    count = len(mapping.inputs)
    if mapping.grade is not None or (count == 2 and label is None and _has_qrels_ids(facts)):
        is_beir = {plain(name) for name in facts.names} >= BEIR_NAMES
        return Format.BEIR if is_beir else Format.JUDGED
    if label is None:
        if count > 1 and languages(mapping, facts):
            return Format.PARALLEL
        return (Format.TEXTS, Format.PAIRS, Format.TRIPLETS, Format.TUPLES)[min(count, 4) - 1]
    return _labelled(count, label, label_kinds(label))


def _labelled(count: int, label: ColumnFacts, kinds: frozenset[Label]) -> Format:
    if label.type is ColumnType.NUMBERS:
        width = label.list_length
        if count > 2 and width in (count - 1, count - 2):
            return Format.TEACHER_SCORES
        if Label.PROBABILITIES in kinds and count == 2:
            return Format.PAIR_CLASS
        return Format.TEACHER_EMBEDDINGS if Label.EMBEDDING in kinds else Format.OTHER
    if count == 1:
        return Format.TEXT_CLASS if Label.CLASS in kinds else Format.OTHER
    if count > 2:
        return Format.TEACHER_SCORES if Label.SCORE in kinds else Format.OTHER
    usual = (
        (Label.BINARY, Format.PAIR_BINARY),
        (Label.CLASS, Format.PAIR_CLASS)
        if not _is_scale(label)
        else (Label.SCORE, Format.PAIR_SCORE),
        (Label.SCORE, Format.PAIR_SCORE),
    )
    return next((form for kind, form in usual if kind in kinds), Format.OTHER)


def _is_scale(label: ColumnFacts) -> bool:
    """Whole numbers under a name of scores are steps of a scale, not classes."""
    names = ("score", "similarity", "relatedness", "rating", "stars")
    return label.type is ColumnType.INTEGER and any(name in plain(label.name) for name in names)


def languages(mapping: Mapping, facts: TableFacts) -> list[str]:
    """The languages of the inputs, by their names or else by their letters; empty where two could
    be of the same."""
    for tells in (language_of, lambda name: _letters(facts.column(name))):
        found = [language for name in mapping.inputs if (language := tells(name))]
        if len(set(found)) == len(mapping.inputs):
            return found
    return []


def _letters(column: ColumnFacts | None) -> str | None:
    script = script_of(column.examples) if column else None
    return f"{script} script" if script else None


def _has_qrels_ids(facts: TableFacts) -> bool:
    names = {plain(name) for name in facts.names}
    return "queryid" in names and bool(names & {"documentid", "docid", "passageid", "corpusid"})
