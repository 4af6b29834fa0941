"""`python -m tools.messages`: bring the words of all pages into each catalogue of `frontend/locale`.

What was translated stays; what no page says any more goes; what is new stands there without a
translation, and is counted. `--check` writes nothing and fails where something is missing.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import backend
from backend.catalog.base_models import BASE_MODELS
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.glossary import GLOSSARY
from backend.catalog.goals import GOALS
from backend.catalog.losses import FAMILIES, LOSSES
from backend.catalog.presets import PRESETS
from backend.datasets.operations.by_name import OPERATIONS
from backend.places import FRONTEND
from backend.web.languages import ENGLISH, LANGUAGES

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
"""So that a catalogue changes only with its words."""

LOCALE = FRONTEND / "locale"
TEMPLATES = FRONTEND / "templates"
BACKEND = Path(backend.__file__).parent
JINJA = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}


def of_catalogue() -> Iterator[str]:
    """What the tables say in plain words, which pages hand to gettext as it is."""
    for goal in GOALS.values():
        yield from (goal.title, *goal.example, goal.needs)
    for preset in PRESETS.values():
        yield from (preset.title, preset.purpose)
    for term in GLOSSARY.values():
        yield from (term.name, term.says)
    yield from FAMILIES
    yield from (row.purpose for row in LOSSES.values())
    for row in EVALUATORS.values():
        yield from (row.purpose, row.items)
    yield from (row.purpose for row in BASE_MODELS.values())
    yield from (row.only_beside for row in EVALUATORS.values() if row.only_beside)
    yield from (operation.purpose for operation in OPERATIONS.values())


def wanted() -> Catalog:
    """Every message of templates and tables."""
    found = Catalog(project="Likewise", charset="utf-8", header_comment="# Likewise")
    method = [("**.html", "jinja2.ext.babel_extract")]
    options = {"**.html": JINJA}
    for file, _line, message, _comments, _context in extract_from_dir(TEMPLATES, method, options):
        found.add(message, locations=[(f"templates/{file}", 0)])
    marked = extract_from_dir(BACKEND, [("**.py", "python")], keywords={"to_say": None})
    for _file, _line, message, _comments, _context in marked:
        found.add(message, locations=[("backend", 0)])
    for text in of_catalogue():
        found.add(text, locations=[("catalogue", 0)])
    return found


def brought_up(language: str, messages: Catalog) -> Catalog:
    """The catalogue of a language with today's messages."""
    path = LOCALE / f"{language}.po"
    kept = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            kept = read_po(file, locale=language)
    made = Catalog(
        locale=language,
        project="Likewise",
        header_comment=f"# Likewise: {LANGUAGES[language]}",
        creation_date=BEGUN,
        revision_date=BEGUN,
        last_translator="the makers of Likewise",
        language_team=LANGUAGES[language],
        fuzzy=False,
    )
    for message in messages:
        if message.id:
            known = kept.get(message.id)
            translated = known.string if known and not known.fuzzy else ""
            made.add(message.id, translated or None, locations=message.locations)
    return made


def untranslated(catalogue: Catalog) -> list[str]:
    """What has no translation, by its English words."""
    return [
        str(message.id if isinstance(message.id, str) else message.id[0])
        for message in catalogue
        if message.id
        and not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    checks = parser.parse_args().check
    messages = wanted()
    missing = 0
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        catalogue = brought_up(language, messages)
        lacking = untranslated(catalogue)
        missing += len(lacking)
        print(f"{language}: {len(catalogue) - len(lacking)} of {len(catalogue)} translated")
        if not checks:
            _write(LOCALE / f"{language}.po", catalogue)
    return int(checks and missing > 0)


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, no_location=True)


if __name__ == "__main__":
    sys.exit(main())
