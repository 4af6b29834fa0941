"""Tables and recipes of all kinds, sound and broken, as plain values and as strategies."""

from typing import Any

from hypothesis import strategies as st

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.losses import LOSSES
from backend.catalog.samplers import SAMPLERS
from backend.ids import VersionId

VERSION = VersionId("dsv_01m84nxjtwez69115hg9v82292")

LISTS: list[dict[str, Any]] = [
    {"list_length": 1},
    {"list_length": 2},
    {"list_length": 3, "are_shares": True},
    {"list_length": 384},
    {"list_length": None, "ragged_row": 16},
    {"list_length": 384, "hole_row": 1_232},
]

NAMES = ["anchor", "positive", "negative", "label", "score", "id", "package", "other"]


def column(name: str, type_: ColumnType, **facts: Any) -> ColumnFacts:
    usual: dict[ColumnType, dict[str, Any]] = {
        ColumnType.TEXT: {"distinct": 90, "minimum": 1.0, "maximum": 80.0},
        ColumnType.INTEGER: {"distinct": 5, "minimum": 0.0, "maximum": 4.0},
        ColumnType.NUMBER: {"distinct": 50, "minimum": 0.0, "maximum": 5.0},
        ColumnType.BOOLEAN: {"distinct": 2, "minimum": 0.0, "maximum": 1.0},
        ColumnType.NUMBERS: {"list_length": 3},
        ColumnType.OTHER: {},
    }
    return ColumnFacts(name=name, type=type_, **{**usual[type_], **facts})


def texts(*names: str) -> tuple[ColumnFacts, ...]:
    return tuple(column(name, ColumnType.TEXT) for name in names)


def table(*columns: ColumnFacts, rows: int = 100) -> TableFacts:
    return TableFacts(rows=rows, columns=columns)


PAIRS = table(*texts("anchor", "positive"))
TRIPLETS = table(*texts("anchor", "positive", "negative"))
SCORED = table(*texts("anchor", "positive"), column("score", ColumnType.NUMBER))


def recipe(loss: str, inputs: list[str], label: str | None = None, **more: Any) -> dict[str, Any]:
    mapping = {"inputs": inputs, "label": label}
    return {
        "datasets": [{"version": str(VERSION), "mapping": mapping}],
        "loss": {"name": loss},
        **more,
    }


@st.composite
def columns(draw: st.DrawFn, name: str) -> ColumnFacts:
    type_ = draw(st.sampled_from([ColumnType.TEXT] * 4 + list(ColumnType)))
    low = draw(st.sampled_from([-1.0, 0.0, 1.0]))
    high = low + draw(st.sampled_from([0.0, 1.0, 4.0]))
    measured = type_ in (ColumnType.INTEGER, ColumnType.NUMBER)
    bounds = {"minimum": low, "maximum": high} if measured else {}
    if type_ is ColumnType.NUMBERS:
        bounds = draw(st.sampled_from(LISTS))
    return column(name, type_, distinct=draw(st.sampled_from([0, 1, 2, 5, 5_000])), **bounds)


_DIVIDED: list[dict[str, Any]] = [
    {"distinct": 3, "counts": {"train": 60, "dev": 10, "test": 30}},
    {"distinct": 2, "counts": {"train": 95, "test": 5}},
    {"distinct": 2, "counts": {"Training": 2, "prove": 98}},
    {"distinct": 2, "counts": {"train": 80, "fold 2": 20}},
    {"distinct": 2, "counts": {"train": 60, "test": 30}, "nulls": 10},
    {"distinct": 70},
]


@st.composite
def tables(draw: st.DrawFn) -> TableFacts:
    """Most have texts to learn from, some have not."""
    sure = draw(st.sampled_from([TRIPLETS.columns, PAIRS.columns, PAIRS.columns, ()]))
    left = [name for name in NAMES if name not in {each.name for each in sure}]
    names = draw(st.lists(st.sampled_from(left), min_size=not sure, unique=True))
    divided = draw(st.none() | st.sampled_from(_DIVIDED))
    parts = [column("part", ColumnType.TEXT, **divided)] if divided else []
    others = [draw(columns(name)) for name in names]
    return table(*sure, *others, *parts, rows=100 if parts else draw(st.integers(1, 150)))


_INPUTS = st.sampled_from([["anchor", "positive"], ["anchor", "positive", "negative"], ["anchor"]])
_NAMED = st.sampled_from([*NAMES, "missing"])
_VALUES = st.sampled_from(
    [0.0, -1.0, 20.0, "cos_sim", "a/model", None, True, [1], [512, 8], ["doc_to_doc"]]
)
_PARAMETERS = st.dictionaries(
    st.sampled_from(
        sorted({p.name for row in LOSSES.values() for p in row.parameters})
        + sorted({name for row in LOSSES.values() for name in row.models})
        + ["no_such"]
    ),
    _VALUES,
    max_size=4,
)
_WRAPPERS = [row.name for row in LOSSES.values() if row.wraps]


@st.composite
def losses(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """Wrappers of wrappers, losses that wrap nothing and are given one, names of none."""
    names = st.sampled_from([*LOSSES, "NoLoss"])
    wrappers = st.sampled_from(_WRAPPERS) if _WRAPPERS else names
    loss = {"name": draw(names | wrappers), "parameters": draw(_PARAMETERS)}
    inner = draw(losses(depth - 1)) if depth and draw(st.booleans()) else None
    return {**loss, "inner": inner} if inner else loss


_EVALUATORS = st.builds(lambda name: {"name": name}, st.sampled_from([*EVALUATORS, "NoEvaluator"]))


@st.composite
def datasets(draw: st.DrawFn) -> dict[str, Any]:
    some = st.none() | st.integers(0, 120)
    use = {
        "version": str(VERSION),
        "mapping": {
            "inputs": draw(_INPUTS | st.lists(_NAMED, min_size=1, max_size=4)),
            "label": draw(st.none() | _NAMED),
            "group": draw(st.none() | _NAMED),
            "grade": draw(st.none() | st.none() | _NAMED),
            "label_range": draw(st.sampled_from([None, (0.0, 5.0), (0.0, 0.5)])),
        },
        "held_out": {
            "choose_rows": draw(some),
            "prove_rows": draw(some),
            "part": draw(st.sampled_from([None, None, "part", "part", "other", "missing"])),
        },
    }
    more = {
        "name": draw(st.sampled_from(["one", "other", None])),
        "loss": draw(losses()),
        "weight": draw(st.sampled_from([1.0, 0.5])),
        "prompts": {draw(_NAMED): "query: "},
        "evaluators": draw(st.lists(_EVALUATORS, max_size=2)),
    }
    return use | {key: more[key] for key in draw(st.sets(st.sampled_from(list(more))))}


@st.composite
def recipes(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "datasets": draw(st.lists(datasets(), min_size=1, max_size=3)),
        "loss": draw(losses()),
        "evaluators": draw(st.lists(_EVALUATORS, max_size=3)),
        "lora": draw(st.sampled_from([None, {}, {"rank": 8}, {"rank": 500}])),
        "arguments": {
            "batch_sampler": draw(st.sampled_from([None, *SAMPLERS, "no_sampler"])),
            "multi_dataset_batch_sampler": draw(st.sampled_from(["proportional", "round_robin"])),
            "bf16": draw(st.booleans()),
            "fp16": draw(st.booleans()),
        },
    }
