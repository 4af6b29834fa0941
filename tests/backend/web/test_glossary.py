"""The field's words: each explained briefly, and no page asks for one that isn't there."""

import re

import pytest

from backend.catalog.glossary import GLOSSARY
from backend.places import FRONTEND
from backend.web.glossary import explained, term

MOST_WORDS = 25


@pytest.mark.parametrize("row", GLOSSARY.values(), ids=GLOSSARY)
def test_every_sentence_is_short(row) -> None:
    for sentence in re.split(r"(?<=[.:?])\s", row.says):
        assert 0 < len(sentence.split()) <= MOST_WORDS
    assert row.says.endswith(".")


def test_pages_ask_for_words_that_there_are() -> None:
    texts = [path.read_text() for path in (FRONTEND / "templates").rglob("*.html")]
    asked = {name for text in texts for name in re.findall(r'\bterm\("([^"]+)"', text)}
    assert asked
    assert asked <= set(GLOSSARY)


def test_each_explanation_belongs_to_its_word_and_to_no_other() -> None:
    first, second = term("loss"), term("loss", "<b>")
    ids = [re.findall(r'(?:describedby|id)="([^"]+)"', html) for html in (first, second)]
    assert all(one == other for one, other in ids)
    assert ids[0] != ids[1]
    assert "&lt;b&gt;" in second
    assert GLOSSARY["loss"].says in first


def test_a_token_that_opens_a_door_is_not_explained_as_a_piece_of_a_word() -> None:
    assert "term" not in explained("There is no API token 'tok_1' here.")
    assert explained("Texts are cut after 256 tokens.").count("tooltip") == 1
