"""Every word of every page is there in every language, with the same places to fill in."""

import re

import pytest

from backend.web.languages import ENGLISH, LANGUAGES
from tools.messages import LOCALE, brought_up, untranslated, wanted

PLACES = re.compile(r"%\(\w+\)s|%%|<[^>]+>|\{\w+\}")
OTHERS = [language for language in LANGUAGES if language != ENGLISH]


@pytest.fixture(scope="module")
def messages():
    return wanted()


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(messages, language) -> None:
    assert untranslated(brought_up(language, messages)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_each_translation_has_the_same_places(messages, language) -> None:
    for message in brought_up(language, messages):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            # A plural may leave out its number, as "one" does in English.
            assert sorted(PLACES.findall(string)) in [sorted(PLACES.findall(one)) for one in ids], (
                string
            )


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_nothing_that_no_page_says(messages, language) -> None:
    kept = (LOCALE / f"{language}.po").read_text(encoding="utf-8")
    assert len(re.findall("^msgid ", kept, re.MULTILINE)) == len(messages) + 1
    assert "#, fuzzy" not in kept
    assert "#~" not in kept
