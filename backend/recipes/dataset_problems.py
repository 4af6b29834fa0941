"""What is wrong with a dataset's part in a recipe: its columns, and what is kept aside. Pure."""

from collections import Counter
from collections.abc import Iterator

from backend.catalog.columns import NUMERIC, ColumnType, TableFacts
from backend.problems import Fix, Pointer, Problem, remove, replace
from backend.recipes.held_out import held_out_problems
from backend.recipes.part_problems import part_problems
from backend.recipes.schemas import DatasetUse, Mapping, Recipe
from backend.recipes.words import and_list


def no_such_version(use: DatasetUse, at: Pointer) -> Problem:
    return Problem(
        code="unknown_version",
        title="There is no such dataset version",
        detail=f"{use.version} is not among your datasets. Upload the file first, "
        "or pick a version from the list of datasets.",
        at=at / "version",
    )


def mapping_problems(mapping: Mapping, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
    """Are the mapped columns there, each once, and of a type that can play its part?"""
    named = [(at / "inputs" / i, name) for i, name in enumerate(mapping.inputs)]
    named += [
        (at / part, name)
        for part in ("label", "grade", "group")
        if (name := getattr(mapping, part))
    ]
    seen: set[str] = set()
    for place, name in named:
        column = facts.column(name)
        if column is None:
            yield Problem(
                code="unknown_column",
                title="There is no such column",
                detail=f"The data has no column {name!r}. It has: {and_list(facts.names)}.",
                at=place,
            )
        elif name in seen and place != at / "group":
            yield Problem(
                code="column_used_twice",
                title="A column is used twice",
                detail=f"{name!r} already has another part; each column can have one.",
                at=place,
            )
        elif place.startswith(at / "inputs") and column.type is not ColumnType.TEXT:
            yield Problem(
                code="not_a_text",
                title="This column holds no texts",
                detail=f"{name!r} holds {column.type.value} values, and a model reads texts.",
                at=place,
            )
        elif place == at / "grade" and column.type not in NUMERIC:
            yield Problem(
                code="not_a_grade",
                title="This column holds no grades",
                detail=f"{name!r} holds {column.type.value} values; a grade is a number, above 0 "
                "where the second text answers the first.",
                at=place,
            )
        seen.add(name)


def kept_aside(use: DatasetUse, i: int, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
    """Rows are kept aside of the first dataset, and of others that have measures of their own."""
    held_out = use.held_out
    if i > 0 and not use.evaluators:
        if held_out.is_any:
            yield _nothing_to_measure(at)
    elif held_out.part is not None:
        yield from part_problems(held_out, use.mapping, facts, at / "held_out")
    else:
        yield from held_out_problems(held_out, facts.rows, at / "held_out")


def _nothing_to_measure(at: Pointer) -> Problem:
    return Problem(
        code="held_out_elsewhere",
        title="Nothing is measured with these rows",
        detail="Rows are kept aside of the first dataset, and of those that have evaluators of "
        "their own. This one has none, so it is learned from whole, but for rows with a text that "
        "is kept aside elsewhere.",
        at=at / "held_out",
        fixes=(Fix(label="Learn from this one whole", patch=(remove(at / "held_out"),)),),
    )


def prompt_problems(use: DatasetUse, at: Pointer) -> Iterator[Problem]:
    """A prompt is for a column that is read."""
    for name in use.prompts:
        if name not in use.mapping.inputs:
            here = at / "prompts" / name
            yield Problem(
                code="prompt_of_no_text",
                title="A prompt for nothing",
                detail=f"{name!r} is none of the texts that are learned from, which are "
                f"{and_list(use.mapping.inputs)}.",
                at=here,
                fixes=(Fix(label="Leave this prompt out", patch=(remove(here),)),),
            )


def prompts_follow(use: DatasetUse, changed: Mapping, at: Pointer) -> tuple[dict[str, object], ...]:
    """With other texts, the prompts of those that are no more go, too."""
    gone = [n for n in use.prompts if n in use.mapping.inputs and n not in changed.inputs]
    return tuple(remove(at / "prompts" / name) for name in gone)


def weight_problems(recipe: Recipe) -> Iterator[Problem]:
    """Weights tell how often datasets come; in strict turns none comes more often."""
    weights = [use.weight for use in recipe.datasets]
    if len(set(weights)) > 1 and recipe.arguments.multi_dataset_batch_sampler != "proportional":
        at = Pointer("/arguments/multi_dataset_batch_sampler")
        alike = tuple(
            remove(Pointer("/datasets") / i / "weight")
            for i, use in enumerate(recipe.datasets)
            if use.weight != 1
        )
        yield Problem(
            code="weights_in_turns",
            title="Weights don't count here",
            detail="In round_robin all datasets come equally often, whatever their weights.",
            at=at,
            fixes=(
                Fix(label="Take turns by weight", patch=(replace(at, "proportional"),)),
                Fix(label="Leave the weights out", patch=alike),
            ),
        )


def same_names(recipe: Recipe) -> Iterator[Problem]:
    """Two datasets of one name could not be told apart."""
    count = Counter(recipe.dataset_names)
    for i, use in enumerate(recipe.datasets):
        at = Pointer("/datasets") / i / "name"
        if use.name is not None and count[use.name] > 1:
            yield Problem(
                code="same_dataset_name",
                title="Two datasets have the same name",
                detail=f"{use.name!r} names more than one dataset of this recipe.",
                at=at,
                fixes=(Fix(label=f"Call this one data-{i + 1}", patch=(remove(at),)),),
            )
