"""What can be wrong with a single text, and which rows have it. The repairs judge: a text is broken
where `repair_encoding` would mend it, holds HTML where `strip_html` would change it, and a key or an
e-mail address where `hide_private` would replace one."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backend.datasets.findings.finding import FindingKind
from backend.datasets.operations.broken_encoding import is_broken
from backend.datasets.operations.html import without_html
from backend.secret_shapes import ANY, EMAIL

LONGEST_CHARACTERS = 10_000
"""A longer text is very long: some 2,500 tokens, five times what most models read of it."""

_MOST_ROWS_KEPT = 100_000
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{feff}]"
_MAYBE_BROKEN = r"[\x{c2}-\x{f4}][\x{80}-\x{bf}\x{152}-\x{192}\x{2c6}-\x{2122}]|\x{fffd}"
_MAYBE_HTML = r"<[A-Za-z/!]|&[#A-Za-z0-9]+;"
LOST = "\ufffd"

Rows = npt.NDArray[np.int64]


class Faults:
    """Sees a column of texts batch by batch. Counts are of all rows, row numbers of the first."""

    def __init__(self) -> None:
        self.counts: dict[FindingKind, int] = dict.fromkeys(_LOOKS, 0)
        self._rows: dict[FindingKind, list[Rows]] = {kind: [] for kind in _LOOKS}

    def see(self, texts: pa.Array, first_row: int) -> None:
        for kind, look in _LOOKS.items():
            found = np.flatnonzero(look(texts).to_numpy(zero_copy_only=False))
            if len(found) and self.counts[kind] < _MOST_ROWS_KEPT:
                self._rows[kind].append(found + first_row)
            self.counts[kind] += len(found)

    def rows(self, kind: FindingKind) -> Rows:
        return np.concatenate([np.empty(0, dtype=np.int64), *self._rows[kind]])


def _is_empty(texts: pa.Array) -> pa.Array:
    blank = pc.equal(pc.utf8_trim_whitespace(texts), "")
    return pc.fill_null(blank, True)


def _is_very_long(texts: pa.Array) -> pa.Array:
    return pc.fill_null(pc.greater(pc.utf8_length(texts), LONGEST_CHARACTERS), False)


def _has_control(texts: pa.Array) -> pa.Array:
    return _matching(texts, _CONTROL)


def _is_broken(texts: pa.Array) -> pa.Array:
    return _where(texts, _MAYBE_BROKEN, lambda text: LOST in text or is_broken(text))


def _has_html(texts: pa.Array) -> pa.Array:
    return _where(texts, _MAYBE_HTML, lambda text: without_html(text) != text)


def _has_secret(texts: pa.Array) -> pa.Array:
    return _matching(texts, ANY)


def _has_address(texts: pa.Array) -> pa.Array:
    return _matching(texts, EMAIL)


def _where(texts: pa.Array, hint: str, holds: Callable[[str], bool]) -> pa.Array:
    """Ask only those texts that a quick search finds."""
    maybe = _matching(texts, hint).to_numpy(zero_copy_only=False).copy()
    for row in np.flatnonzero(maybe):
        maybe[row] = holds(texts[row].as_py())
    return pa.array(maybe)


def _matching(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False)


_LOOKS: dict[FindingKind, Callable[[pa.Array], pa.Array]] = {
    FindingKind.EMPTY_TEXTS: _is_empty,
    FindingKind.LONG_TEXTS: _is_very_long,
    FindingKind.CONTROL_CHARACTERS: _has_control,
    FindingKind.BROKEN_ENCODING: _is_broken,
    FindingKind.HTML: _has_html,
    FindingKind.SECRETS: _has_secret,
    FindingKind.EMAIL_ADDRESSES: _has_address,
}
