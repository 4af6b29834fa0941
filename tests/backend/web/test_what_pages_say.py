"""Every page, as a person reads it who doesn't know the field: words are explained, sentences short.

Asked without a browser, of a studio with everything in it, in English.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.catalog.glossary import GLOSSARY
from tests.furnished.studio import Furnished, a_furnished_studio
from tests.reading import Page, Text, words_of

MOST_WORDS = 25

NAMES = ("h1", "h2", "h3", "h4", "nav", "button", "a", "summary")
"""What only names a place, or an act: a word is explained where something is said with it."""
DATA = ("td", "th", "dd", "dt", "code", "pre", "textarea", "option")
"""Tables of data, and texts of people."""
SET_APART = ("mono", "chip", "badge", "out-of-sight", "words", "name", "key")
"""Names of settings and columns, marks, and what only a screen reader says."""

OTHER_SENSES = {
    "token": re.compile(r"^(settings-|welcome|empty-welcome|model-.*-publish|data-hub)"),
}
"""A secret that opens a door is called a token too; on these pages it is that."""

PRODUCTS = re.compile("Text Embeddings Inference|/v1/embeddings|API token")
"""Names that hold such a word."""


@pytest.fixture
def house(
    broker_url: str, todays_tables: str, hub_cache: Path, tmp_path: Path
) -> Iterator[Furnished]:
    with a_furnished_studio(broker_url, todays_tables, hub_cache, tmp_path) as found:
        yield found


@pytest.mark.timeout(240)
def test_every_page_explains_the_fields_words_and_speaks_in_short_sentences(
    house: Furnished,
) -> None:
    """Of each page's running text and labels: the first time that a word of the glossary stands
    there, it is in its glossary element. And no sentence of a page has more than 25 words."""
    wrong = []
    clients = {who: house.client(who) for who in {place.who for place in house.places}}
    for place in house.places:
        answer = clients[place.who].get(place.path)
        if answer.status_code != place.status:
            wrong.append(f"{place.name}: answers {answer.status_code}")
        wrong += [f"{place.name}: {fault}" for fault in faults(answer.text, place.name)]
    wrong += [f"claim: {fault}" for fault in faults(house.claim, "claim")]
    assert not wrong, "\n".join(wrong)


def faults(html: str, name: str) -> Iterator[str]:
    page = Page.of(html)
    if not page.texts:
        yield "says nothing"
    for word, where in unexplained_words(page, name):
        yield f"{word!r} is not explained: {where}"
    at_first = Page([text for text in page.texts if not text.is_folded])
    for word, where in unexplained_words(at_first, name):
        yield f"{word!r} is explained in a closed fold alone: {where}"
    for sentence in page.sentences():
        if len(words_of(sentence)) > MOST_WORDS:
            yield f"a long sentence: {sentence}"


def unexplained_words(page: Page, name: str) -> Iterator[tuple[str, str]]:
    """Each word that stands somewhere before it is explained, and where."""
    senses = {re.escape(row.name): row for row in GLOSSARY.values()}
    met = {row for row, where in OTHER_SENSES.items() if where.match(name)}
    by_meaning = {row.says: row.name for row in GLOSSARY.values()}
    for text in page.texts:
        if text.said in by_meaning:
            met.add(by_meaning[text.said])
        if not is_running(text):
            continue
        said = PRODUCTS.sub("", text.said)
        for pattern, row in senses.items():
            found = re.search(rf"\b{pattern}(s|es)?\b", said, re.IGNORECASE)
            if found and row.name not in met:
                met.add(row.name)
                yield row.name, " ".join(text.said.split())[:80]


def is_running(text: Text) -> bool:
    """Running text or a label, outside a glossary element."""
    return not (text.is_in(*NAMES, *DATA) or text.has_class("term", *SET_APART))


def test_the_reader_of_pages_sees_what_is_missing_and_what_is_long() -> None:
    """The law above can fail."""
    said = "<main><p>A batch of <b>rows</b>. " + "word " * 26 + "</p><td>loss</td></main>"
    page = Page.of(said)
    assert [name for name, _ in unexplained_words(page, "x")] == ["batch"]
    assert [len(words_of(one)) for one in page.sentences()] == [4, 26, 1]
