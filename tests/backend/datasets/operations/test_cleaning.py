"""HTML and broken encodings: what is mended is what was meant, and sound texts stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.datasets.operations.broken_encoding import repaired
from backend.datasets.operations.html import without_html
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import do, texts

MEANT = [
    "Grüße aus Köln",
    "déjà vu, ça va",
    "“quoted” – it’s 5 €",
    "привет мир",
    "naïve café",
    "日本語の文",
    "😀 fine",
    "10 °C",
]
plain = st.text(st.sampled_from("abc xyz.,äöüßéèñçàО привет日本—’"), max_size=30)


def misread(text: str, encoding: str) -> str:
    """The text as someone reads it who takes its UTF-8 for something else."""
    return "".join(
        bytes([byte]).decode(encoding, errors="ignore") or chr(byte) for byte in text.encode()
    )


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize("meant", MEANT)
def test_a_misread_text_is_as_it_was_meant(meant, encoding):
    assert repaired(misread(meant, encoding)) == meant
    assert repaired(misread(misread(meant, encoding), encoding)) == meant


@law
@given(plain)
def test_a_sound_text_stays(text):
    assert repaired(text) == text


@law
@given(st.text(max_size=40))
def test_repairing_twice_is_once(text):
    assert repaired(repaired(text)) == repaired(text)


def test_a_sound_part_beside_a_broken_one_stays():
    assert repaired("schön – schÃ¶n") == "schön – schön"


def test_control_characters_go_and_line_breaks_stay():
    assert repaired("a\x00b\x1b[0m\tc\r\nd\ufeff") == "ab[0m\tc\r\nd"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Hello <b>wor</b>ld</p>", "Hello world"),
        ("one<br/>two<br>three", "one two three"),
        ('<a href="x?a=1&b=2">link</a>', "link"),
        ("AT&amp;T &lt;3 &#8364;", "AT&T <3 €"),
        ("a<!-- note -->b<script>x < y</script>c", "a b c"),
        ("<div>\n  text\n</div>", "text"),
    ],
)
def test_html_is_as_a_browser_shows_it(html, shown):
    assert without_html(html) == shown


@pytest.mark.parametrize(
    "text", ["a < b and c > d", "List<String> x", "I <3 you", "?a=1&copy=2", "  two  blanks ", "<-"]
)
def test_what_is_no_html_stays(text):
    assert without_html(text) == text


def test_cells_are_cleaned_and_rows_and_other_columns_stay():
    table = texts(a=["<i>x</i>", None, ""], b=["<i>y</i>", "Ã¼", None])
    assert do(table, "strip_html", columns=["a"]).to_pydict() == {
        "a": ["x", None, ""],
        "b": ["<i>y</i>", "Ã¼", None],
    }
    assert do(table, "repair_encoding", columns=["b"])["b"].to_pylist()[1] == "ü"
