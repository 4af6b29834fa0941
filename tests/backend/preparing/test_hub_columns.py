"""From the Hub's features to a table's columns."""

import pyarrow as pa

from backend.preparing.hub.columns import Shape, as_columns
from backend.preparing.hub.first_rows import FirstRows, shortened
from backend.preparing.hub.preview import preview_of

TEXT = {"dtype": "string", "_type": "Value"}
CLASS = {"names": ["no", "yes"], "_type": "ClassLabel"}


def test_the_fields_of_a_struct_become_columns():
    features = {"id": TEXT, "translation": {"languages": ["en", "de"], "_type": "Translation"}}
    table = pa.table({"id": ["1"], "translation": [{"en": "dog", "de": "Hund"}]})
    made = as_columns(table, Shape.of(features))
    assert made.to_pylist() == [{"id": "1", "en": "dog", "de": "Hund"}]


def test_fields_of_one_name_keep_the_name_of_their_struct():
    features = {"text": TEXT, "one": {"text": TEXT}, "two": {"text": TEXT, "label": CLASS}}
    table = pa.table({"text": ["a"], "one": [{"text": "b"}], "two": [{"text": "c", "label": 1}]})
    shape = Shape.of(features)
    assert as_columns(table, shape).column_names == ["text", "one.text", "two.text", "label"]
    assert shape.classes == {"label": ["no", "yes"]}


def test_classes_stay_numbers_and_a_missing_one_is_empty():
    table = pa.table({"label": [0, 1, -1]})
    made = as_columns(table, Shape.of({"label": CLASS}))
    assert made.to_pydict() == {"label": [0, 1, None]}


def test_a_whole_number_that_is_no_class_may_be_minus_one():
    table = pa.table({"score": [0, -1]})
    features = {"score": {"dtype": "int64", "_type": "Value"}}
    assert as_columns(table, Shape.of(features)).to_pydict() == {"score": [0, -1]}


def test_pictures_and_sounds_are_left_out_wherever_they_are():
    features = {
        "text": TEXT,
        "picture": {"_type": "Image"},
        "sounds": {"feature": {"_type": "Audio"}, "_type": "List"},
        "page": {"scan": {"_type": "Pdf"}, "title": TEXT},
    }
    shape = Shape.of(features)
    assert shape.usable == ("text",)
    assert shape.left_out == ("picture", "sounds", "page")


def test_a_preview_of_one_class_knows_that_there_are_two():
    """Sorted by class, the first hundred rows show one only."""
    features = {"one": TEXT, "other": TEXT, "label": CLASS}
    rows = [{"one": f"a{i}", "other": f"b{i}", "label": 0} for i in range(100)]
    preview = preview_of(FirstRows(subset="s", split="train", features=features, rows=rows))
    fitting = [fit.loss.name for fit in preview.fits if fit.fitness == "fits"]
    assert "ContrastiveLoss" in fitting
    assert [column.classes for column in preview.columns] == [(), (), ("no", "yes")]


def test_a_preview_bears_rows_without_a_column_or_of_several_kinds():
    features = {"text": TEXT, "what": {"_type": "Json"}}
    rows = [{"text": "a", "what": 1}, {"text": "b", "what": "two"}, {"text": "c"}]
    preview = preview_of(FirstRows(subset="s", split="train", features=features, rows=rows))
    assert [row["what"] for row in preview.rows] == ["1", '"two"', None]


def test_long_cells_and_many_of_them_are_cut():
    rows = [{"text": "x" * 50_000, "list": ["y" * 9_000]}] * 500
    kept = shortened(rows)
    assert 1 <= len(kept) <= 100
    assert len(kept[0]["text"]) == 2_001
    assert sum(len(str(row)) for row in kept) < 500_000
