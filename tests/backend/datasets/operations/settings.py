"""Settings of every operation, as people may send them: right ones, and some that don't fit."""

from typing import Any

from hypothesis import strategies as st

from tests.backend.datasets.operations.tables import COLUMNS

names = st.sampled_from([*COLUMNS, "nowhere"])


def mostly(*fitting: str) -> st.SearchStrategy[str]:
    """Columns that fit, and now and then one that may not."""
    return st.sampled_from([*fitting * 8, *COLUMNS, "nowhere"])


text_names, number_names = mostly("a", "b", "label"), mostly("score", "count")
labels, lists = mostly("label", "flag", "count"), mostly("list")
some_names = st.lists(names, min_size=1, max_size=3)
some_texts = st.lists(text_names, min_size=1, max_size=3)
seeds = st.integers(0, 3)
numbers = st.sampled_from([-1e308, -1.0, 0.0, 0.5, 1.0, 5.0, 1e308])
scales = st.sampled_from([(-1e300, 1e300), (-1e300, 1e19), (-1.0, 1e19), (0.0, 5.0)])
small = st.integers(0, 4)
values = st.sampled_from(["x", "y", "", 0, 1, 0.5, True, False])

SETTINGS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "choose_columns": st.fixed_dictionaries(
        {
            "columns": st.lists(
                st.fixed_dictionaries({"name": names}, optional={"rename": names}),
                min_size=1,
                max_size=4,
            )
        }
    ),
    "drop_columns": st.fixed_dictionaries({"columns": some_names}),
    "swap_columns": st.fixed_dictionaries({"one": names, "other": names}),
    "filter": st.one_of(
        st.fixed_dictionaries({"column": names, "not_empty": st.booleans()}),
        st.fixed_dictionaries({"column": names, "equals": values}),
        st.fixed_dictionaries(
            {"column": text_names},
            optional={
                "contains": st.sampled_from(["x", "A b", "("]),
                "lacks": st.sampled_from(["x", "A b", "("]),
                "shortest": small,
                "longest": small,
            },
        ),
        st.fixed_dictionaries(
            {"column": number_names}, optional={"at_least": numbers, "at_most": numbers}
        ),
    ),
    "drop_rows": st.fixed_dictionaries({"rows": st.lists(small, min_size=1, max_size=3)}),
    "sample": st.fixed_dictionaries({"rows": st.integers(1, 15)}, optional={"seed": seeds}),
    "drop_duplicates": st.fixed_dictionaries(
        {},
        optional={
            "columns": some_names,
            "near": st.booleans(),
            "threshold": st.sampled_from([0.1, 0.5, 0.8, 1.0]),
        },
    ),
    "strip_html": st.fixed_dictionaries({"columns": some_texts}),
    "hide_private": st.fixed_dictionaries({"columns": some_texts}),
    "repair_encoding": st.fixed_dictionaries({"columns": some_texts}),
    "scale_scores": st.fixed_dictionaries(
        {"column": number_names, "from": st.one_of(scales, st.tuples(numbers, numbers))},
        optional={"to": st.one_of(scales, st.tuples(numbers, numbers))},
    ),
    "label_ids": st.fixed_dictionaries(
        {"column": mostly("a", "label", "flag")},
        optional={"names": st.lists(st.sampled_from(["x", "y", "true"]), min_size=1, max_size=3)},
    ),
    "scores_to_pairs": st.fixed_dictionaries({"column": number_names, "at_least": numbers}),
    "classes_to_pairs": st.fixed_dictionaries(
        {"text": text_names, "label": labels},
        optional={"per_text": st.integers(1, 3), "seed": seeds},
    ),
    "classes_to_triplets": st.fixed_dictionaries(
        {"text": text_names, "label": labels},
        optional={"per_text": st.integers(1, 3), "seed": seeds},
    ),
    "pair_class_to_triplets": st.fixed_dictionaries(
        {
            "anchor": text_names,
            "other": text_names,
            "label": labels,
            "positive": values,
            "negative": values,
        }
    ),
    "spread_positives": st.fixed_dictionaries({"column": lists}),
    "spread_negatives": st.fixed_dictionaries(
        {"column": lists}, optional={"most": st.integers(1, 3)}
    ),
    "qrels_to_pairs": st.fixed_dictionaries(
        {"query": mostly("a"), "document": mostly("b")},
        optional={"grade": number_names, "at_least": numbers},
    ),
    "mine_negatives": st.fixed_dictionaries(
        {"anchor": mostly("a"), "positive": mostly("b")},
        optional={
            "range_max": st.integers(1, 3),
            "negatives": st.integers(1, 3),
            "relative_margin": st.sampled_from([None, 0, 0.1]),
        },
    ),
    "split": st.fixed_dictionaries(
        {
            "mapping": st.fixed_dictionaries(
                {"inputs": some_texts}, optional={"group": labels, "label": labels}
            )
        },
        optional={"choose_rows": small, "prove_rows": small, "seed": seeds, "stratify": labels},
    ),
}

steps = st.sampled_from(sorted(SETTINGS)).flatmap(
    lambda name: st.fixed_dictionaries({"name": st.just(name), "parameters": SETTINGS[name]})
)
