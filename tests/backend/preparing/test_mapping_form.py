"""The columns as a person arranges them, and the address that says so."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts
from backend.preparing.mapping_form import Chosen, Sent, arranged, chosen_in, meant
from backend.recipes.mapping_query import from_query, to_query
from backend.recipes.schemas import Mapping

names = st.text(min_size=1, max_size=20)
mappings = st.builds(
    Mapping,
    inputs=st.lists(names, min_size=1, max_size=5, unique=True),
    label=st.none() | names,
    grade=st.none() | names,
    group=st.none() | names,
    label_range=st.none() | st.sampled_from([(0.0, 5.0), (-1.0, 1.0), (0.25, 1e6)]),
)
FACTS = TableFacts(
    rows=3,
    columns=tuple(
        ColumnFacts(name=name, type=ColumnType.TEXT) for name in ("id", "question", "answer")
    ),
)
BOTH = [("question", "text", ""), ("answer", "text", ""), ("id", "none", "")]


@given(mappings, st.dictionaries(names, names, max_size=3))
def test_an_address_says_all_that_was_chosen(mapping: Mapping, renamed: dict[str, str]) -> None:
    chosen = Chosen(mapping=mapping, names=renamed)
    query = parse_qsl(
        chosen.query, keep_blank_values=True, encoding="utf-8", errors="surrogatepass"
    )
    assert chosen_in(query, None) == chosen


def test_without_a_word_of_columns_they_are_as_proposed() -> None:
    proposed = Mapping(inputs=["question"])
    assert chosen_in([("q", "card")], proposed).mapping == proposed


def test_no_text_chosen_is_said_in_the_address_too() -> None:
    none_chosen = meant(Sent(columns=[("question", "none", "")]))
    assert chosen_in(
        parse_qsl(none_chosen.query, keep_blank_values=True), Mapping(inputs=["x"])
    ) == (none_chosen)


@pytest.mark.parametrize(
    ("moved", "order"),
    [
        ({"up": "answer"}, ["answer", "question"]),
        ({"down": "question"}, ["answer", "question"]),
        ({"up": "question"}, ["question", "answer"]),
        ({"down": "answer"}, ["question", "answer"]),
        ({"up": "id"}, ["question", "answer"]),
    ],
)
def test_a_text_moves_one_place(moved: dict[str, str], order: list[str]) -> None:
    mapping = meant(Sent(columns=BOTH, **moved)).mapping
    assert mapping is not None
    assert mapping.inputs == order


def test_a_new_label_takes_the_place_of_the_old() -> None:
    columns = [("question", "text", ""), ("answer", "label", ""), ("id", "label", "")]
    sent = Sent(columns=columns, was_label="answer", low="0", high="5")
    mapping = meant(sent).mapping
    assert mapping is not None
    assert (mapping.label, mapping.label_range) == ("id", None)


def test_a_scale_stays_with_its_label() -> None:
    columns = [("question", "text", ""), ("answer", "label", "")]
    mapping = meant(Sent(columns=columns, was_label="answer", low="0", high="5")).mapping
    assert mapping is not None
    assert mapping.label_range == (0.0, 5.0)


def test_columns_stand_in_their_order_of_use() -> None:
    mapping = Mapping(inputs=["answer"], label="question", group="answer")
    shown = arranged(FACTS, Chosen(mapping=mapping, names={"answer": "reply"}))
    assert [(each.facts.name, each.use, each.n) for each in shown] == [
        ("answer", "text", 1),
        ("question", "label", 0),
        ("id", "none", 0),
    ]
    assert (shown[0].name, shown[0].is_group, shown[0].is_last) == ("reply", True, True)


def test_a_query_that_is_no_mapping_is_none() -> None:
    assert from_query([("label", "score")]) is None
    assert from_query([("text", "a"), ("low", "5"), ("high", "1")]) is None
    assert to_query(None, [("q", "a b")]) == "q=a+b"
