"""Column names that can be spoken of: each there, once, and short enough to show."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from backend.datasets.reading.limits import MOST_COLUMNS, MOST_NAME_CHARACTERS
from backend.problems import BadFile


def check_names(names: Sequence[str], place: str) -> None:
    """Raises BadFile if these can't be a table's column names. `place` says where they stand."""
    if len(names) > MOST_COLUMNS:
        raise BadFile(
            "too_many_columns",
            "Too many columns",
            f"{place} there are {len(names):,} columns; at most {MOST_COLUMNS:,} are taken. "
            "Leave out those that are neither texts nor labels.",
        )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        columns = [str(i) for i, name in enumerate(names, start=1) if name == twice[0]]
        raise BadFile(
            "duplicate_columns",
            "Two columns have the same name",
            f"{place} columns {' and '.join(columns)} are both called {shown(twice[0])}. "
            "Give each column a name of its own.",
        )
    for i, name in enumerate(names, start=1):
        if not name.strip() or len(name) > MOST_NAME_CHARACTERS or not name.isprintable():
            raise BadFile(
                "bad_column_name",
                "A column has no usable name",
                f"{place} column {i} is called {shown(name)}. A name has 1 to "
                f"{MOST_NAME_CHARACTERS} printable characters.",
            )


def shown(text: str, most: int = 40) -> str:
    """A person's own value, in quotes and not longer than a sentence bears."""
    return repr(text if len(text) <= most else f"{text[:most]}…")


def quoted(file_name: str) -> str:
    """A file's name as its owner calls it, without folders."""
    return shown(PurePath(file_name).name or "The file", most=80)
