"""From a version's columns to what the engine takes."""

import pyarrow as pa
import pytest

from backend.catalog.rows import Label
from backend.datasets.mapped import apply_mapping, classes_of, complete
from backend.recipes.schemas import Mapping

TABLE = pa.table(
    {
        "id": [1, 2, 3],
        "question": ["a", "b", "c"],
        "labels": ["x", "y", "z"],
        "kind": ["two", "one", "two"],
        "stars": [0, 5, 2],
        "same": [True, False, True],
        "soft": [[0.5, 0.5], [1.0, 0.0], [0.1, 0.9]],
    }
)


def mapping(label: str | None, **more: object) -> Mapping:
    return Mapping.model_validate({"inputs": ["labels", "question"], "label": label, **more})


def test_inputs_keep_their_order_and_nothing_else_comes_along():
    mapped = apply_mapping(TABLE, mapping(None), Label.NONE)
    assert [mapped.column(i).to_pylist() for i in range(2)] == [["x", "y", "z"], ["a", "b", "c"]]
    assert mapped.num_columns == 2


def test_an_input_that_is_called_as_labels_are_gets_another_name():
    assert apply_mapping(TABLE, mapping(None), Label.NONE).column_names == [
        "text of labels",
        "question",
    ]


@pytest.mark.parametrize(
    ("label", "kind", "more", "expected"),
    [
        ("stars", Label.SCORE, {"label_range": (0, 5)}, [0.0, 1.0, 0.4]),
        ("stars", Label.SCORE, {}, [0.0, 5.0, 2.0]),
        ("same", Label.BINARY, {}, [1, 0, 1]),
        ("kind", Label.CLASS, {}, [1, 0, 1]),
        ("stars", Label.CLASS, {}, [0, 2, 1]),
        ("same", Label.CLASS, {}, [1, 0, 1]),
        ("soft", Label.PROBABILITIES, {}, TABLE.column("soft").to_pylist()),
    ],
)
def test_the_label_is_as_its_kind_needs_it(label, kind, more, expected):
    mapped = apply_mapping(TABLE, mapping(label, **more), kind)
    found = mapped.column("label").to_pylist()
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


def test_a_part_is_numbered_by_the_classes_of_the_whole():
    classes = classes_of(TABLE, "kind")
    part = apply_mapping(TABLE.slice(0, 1), mapping("kind"), Label.CLASS, classes)
    assert classes == ["one", "two"]
    assert part.column("label").to_pylist() == [1]


def test_rows_with_something_missing_are_left_out_and_counted():
    table = pa.table(
        {
            "a": ["x", None, " \n", "y", "z"],
            "b": ["p", "q", "r", "s", "t"],
            "score": [1.0, 2.0, 3.0, None, 0.0],
            "other": [None, None, None, None, None],
        }
    )
    found = complete(table, Mapping(inputs=["a", "b"], label="score"))
    assert found.dropped == 3
    assert found.table.column("a").to_pylist() == ["x", "z"]
    assert found.table.column_names == table.column_names
