"""What a form of data and each of its columns are, in plain words. Pure."""

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts
from backend.recipes.column_names import is_negative, kin_of, language_of
from backend.recipes.format_of import Format, languages
from backend.recipes.schemas import Mapping
from backend.recipes.words import and_list, counted

NO_PART = "no part"
_LABELS = {
    Format.TEXT_CLASS: "class",
    Format.PAIR_CLASS: "class",
    Format.PAIR_BINARY: "whether they are alike",
    Format.PAIR_SCORE: "score",
    Format.TEACHER_SCORES: "the teacher's scores",
    Format.TEACHER_EMBEDDINGS: "the teacher's embedding",
}


def in_words(form: Format, mapping: Mapping, facts: TableFacts, label: ColumnFacts | None) -> str:
    match form:
        case Format.TEXTS:
            return "texts alone, with nothing that says what is alike"
        case Format.TEXT_CLASS:
            return f"texts in {_classes(label)}"
        case Format.PAIRS:
            return _pairs(mapping)
        case Format.PAIR_CLASS:
            return f"{_pairs(mapping)}, each in one of {_classes(label)}"
        case Format.PAIR_BINARY:
            return "pairs of texts, each marked as alike or not"
        case Format.PAIR_SCORE:
            return f"pairs of texts with a score of how alike they are{_scale(label)}"
        case Format.TRIPLETS:
            return f"{_pairs(mapping)}, and a wrong one for each"
        case Format.TUPLES:
            return f"{_pairs(mapping)}, and {len(mapping.inputs) - 2} wrong ones for each"
        case Format.JUDGED:
            return "search queries and passages, judged by how well they answer"
        case Format.BEIR:
            return "a BEIR collection: search queries, documents, and which of them answer"
        case Format.PARALLEL:
            return _parallel(mapping, facts)
        case Format.TEACHER_SCORES:
            return "queries and their candidates, with a teacher's scores"
        case Format.TEACHER_EMBEDDINGS:
            width = f" of {label.list_length:,} dimensions" if label and label.list_length else ""
            return f"texts with a teacher's embedding{width} of each"
        case _:
            return "texts with something beside them that no training goal takes as it is"


def _pairs(mapping: Mapping) -> str:
    kin = kin_of(mapping.inputs[:2])
    return kin[0].words if kin else "pairs of texts that belong together"


def _classes(label: ColumnFacts | None) -> str:
    if label is None or label.type is ColumnType.NUMBERS:
        return "several classes, told by shares"
    return counted(label.distinct, "class", "classes")


def _scale(label: ColumnFacts | None) -> str:
    if label is None or label.minimum is None or label.maximum is None:
        return ""
    return f", from {label.minimum:g} to {label.maximum:g}"


def _parallel(mapping: Mapping, facts: TableFacts) -> str:
    found = languages(mapping, facts)
    return f"the same sentences in {and_list(found)}"


def part_of(column: ColumnFacts, mapping: Mapping | None, form: Format, part: str | None) -> str:
    name = column.name
    if mapping is None:
        return NO_PART
    if name in mapping.inputs:
        return _input(mapping.inputs.index(name), name, mapping, form)
    parts = {
        mapping.label: _LABELS.get(form, "label"),
        mapping.grade: "how well the document answers",
        mapping.group: "keeps rows together when data is held out",
        part: "whether a row is to train, choose or prove with",
    }
    return parts.get(name, NO_PART)


def _input(place: int, name: str, mapping: Mapping, form: Format) -> str:
    if form in (Format.JUDGED, Format.BEIR):
        return ("query", "document")[min(place, 1)]
    if form is Format.PARALLEL:
        return f"sentence in {language_of(name) or 'another language'}"
    if form in (Format.TRIPLETS, Format.TUPLES, Format.TEACHER_SCORES) or is_negative(name):
        return ("anchor", "right answer", "wrong answer")[min(place, 2)]
    if len(mapping.inputs) == 1:
        return "text"
    return ("first text", "second text", "further text")[min(place, 2)]
