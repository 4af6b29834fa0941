"""The columns of a version as a person arranges them: which are texts, in which order, and what
each shall be called. Pure: a sent form in, what it means out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from backend.catalog.columns import ColumnFacts, TableFacts
from backend.recipes.mapping_query import Pairs, from_query, names_columns, to_query
from backend.recipes.schemas import Mapping


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """A column, the table's `index`th, and its use: the `n`th text, the label, the grade, or none.
    `name` is what it is to be called, empty where it keeps its own; `is_last`: no text follows."""

    index: int
    facts: ColumnFacts
    use: str
    name: str
    n: int = 0
    is_last: bool = False
    is_group: bool = False


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The editor as it was sent: columns in their order, each with its use and name. `was_label`
    and `was_grade` are those from before, so that a newly chosen one takes their place."""

    columns: Sequence[tuple[str, str, str]]
    was_label: str = ""
    was_grade: str = ""
    group: str = ""
    low: str = ""
    high: str = ""
    up: str = ""
    down: str = ""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The mapping, None where no text is chosen, and the new names of columns."""

    mapping: Mapping | None
    names: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """For an address. Without a text it still says that columns were chosen."""
        renamed = [pair for old, new in self.names.items() for pair in (("old", old), ("new", new))]
        return to_query(self.mapping, renamed) if self.mapping else "text="


def chosen_in(query: Pairs, proposed: Mapping | None) -> Chosen:
    """What an address says, or else what is proposed."""
    query = list(query)
    old = [value for name, value in query if name == "old"]
    new = [value for name, value in query if name == "new"]
    mapping = from_query(query) if names_columns(query) else proposed
    return Chosen(mapping=mapping, names=dict(zip(old, new, strict=False)))


def meant(sent: Sent) -> Chosen:
    """The mapping that a sent editor means. A scale holds for the label that it was given for."""
    texts = _moved([name for name, use, _ in sent.columns if use == "text"], sent)
    label, grade = _one("label", sent.was_label, sent), _one("grade", sent.was_grade, sent)
    query = [("text", name) for name in texts]
    query += [("label", label), ("grade", grade), ("group", sent.group)]
    if label == sent.was_label:
        query += [("low", sent.low), ("high", sent.high)]
    names = {name: new.strip() for name, _, new in sent.columns}
    return Chosen(
        mapping=from_query(query),
        names={name: new for name, new in names.items() if new not in ("", name)},
    )


def arranged(facts: TableFacts, chosen: Chosen) -> list[Arranged]:
    """Texts in their order, label and grade, then the others as they stand in the table."""
    mapping = chosen.mapping
    inputs = mapping.inputs if mapping else []
    label, grade = (mapping.label, mapping.grade) if mapping else (None, None)
    uses = {name: use for name, use in ((grade, "grade"), (label, "label")) if name}
    uses |= dict.fromkeys(inputs, "text")
    used = [*dict.fromkeys(name for name in [*inputs, label, grade] if name)]
    names = [*used, *(name for name in facts.names if name not in used)]
    return [
        Arranged(
            index=facts.names.index(name),
            facts=column,
            use=uses.get(name, "none"),
            n=inputs.index(name) + 1 if name in inputs else 0,
            name=chosen.names.get(name, ""),
            is_last=name == next(reversed(inputs), None),
            is_group=mapping is not None and name == mapping.group,
        )
        for name in names
        if (column := facts.column(name))
    ]


def _moved(texts: list[str], sent: Sent) -> list[str]:
    """With one text a place earlier or later."""
    step, name = (-1, sent.up) if sent.up else (1, sent.down)
    if name in texts:
        at = texts.index(name)
        texts.insert(max(at + step, 0), texts.pop(at))
    return texts


def _one(use: str, before: str, sent: Sent) -> str:
    """The column of this use; of several, the one that was chosen now."""
    names = [name for name, used, _ in sent.columns if used == use]
    return next((name for name in names if name != before), next(iter(names), ""))
