"""The reference pages name all that there is, as those say it who are not the tables."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sentence_transformers import SentenceTransformerTrainingArguments
from typer.testing import CliRunner

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.glossary import GLOSSARY
from backend.catalog.goals import GOALS
from backend.catalog.losses import LOSSES
from backend.catalog.presets import PRESETS
from backend.catalog.samplers import MULTI_DATASET_SAMPLERS, SAMPLERS
from backend.datasets.operations.by_name import OPERATIONS
from backend.recipes.schemas import Arguments
from backend.settings import Settings
from likewise.cli.app import app
from tools.reference.markdown import code, table, text
from tools.reference.pages import PAGES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: made() for name, made in PAGES.items()}


def operations_of_the_document() -> list[str]:
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    return [f"`{method.upper()} {path}`" for path in paths for method in paths[path]]


def commands_of_the_help() -> list[str]:
    """As the help of each group lists them."""

    def listed(*names: str) -> list[str]:
        said = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "200"}).stdout
        return re.findall(r"^\W*│ ([a-z-]+) {2}", said.partition("Commands")[2], re.MULTILINE)

    return [
        f"## {' '.join(('likewise', name, *rest))}\n"
        for name in listed()
        for rest in ([(each,) for each in listed(name)] or [()])
    ]


WANTED: dict[str, Callable[[], list[str]]] = {
    "losses.md": lambda: [f"### {name}\n" for name in LOSSES],
    "evaluators.md": lambda: [f"## {name}\n" for name in EVALUATORS],
    "samplers.md": lambda: [f"| `{name}` |" for name in (*SAMPLERS, *MULTI_DATASET_SAMPLERS)],
    "arguments.md": lambda: [f"| `{name}` |" for name in Arguments.model_fields],
    "base-models.md": lambda: [f"| `{name}` |" for name in BASE_MODELS],
    "goals.md": lambda: [row.title for row in GOALS.values()] + [f"| `{n}` |" for n in PRESETS],
    "operations.md": lambda: [f"## {name}\n" for name in OPERATIONS],
    "settings.md": lambda: [f"| `LIKEWISE_{name.upper()}` |" for name in Settings.model_fields],
    "glossary.md": lambda: [f"**{name}**: " for name in GLOSSARY],
    "rest.md": operations_of_the_document,
    "command.md": commands_of_the_help,
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_names_everything_that_there_is(name: str, pages: dict[str, str]) -> None:
    wanted = WANTED[name]()
    assert wanted
    plain = pages[name].replace("\\", "")
    assert [each for each in wanted if each not in plain] == []


def test_a_loss_is_shown_with_its_data_its_settings_and_its_models(pages: dict[str, str]) -> None:
    shown = pages["losses.md"].partition("### CachedGISTEmbedLoss\n")[2].partition("\n### ")[0]
    assert "| `anchor`, `positive` | none |" in shown
    assert re.search(r"\| `mini_batch_size` \| `\d+` \| a whole number", shown)
    assert "Needs a model as `guide`" in shown


def test_every_setting_and_argument_says_what_it_means(pages: dict[str, str]) -> None:
    for name in ("settings.md", "arguments.md"):
        assert [line for line in pages[name].splitlines() if line.endswith("|  |")] == []


def test_no_page_names_this_machine(pages: dict[str, str]) -> None:
    assert [name for name, said in pages.items() if str(Path.home()) in said] == []


def test_no_text_of_a_table_breaks_a_page() -> None:
    row = table(("a", "b"), [(code("x | y"), text("<b> *bold* a_b | c\nd"))]).splitlines()[-1]
    assert row.count("|") == 3
    assert "<b>" not in row
    assert r"\*bold\* a\_b" in row


def test_the_arguments_of_a_script_go_where_the_page_says() -> None:
    page = (ROOT / "docs" / "coming-from" / "sentence-transformers.md").read_text()
    both = page.partition("These exist in both:")[2].partition("Their defaults")[0]
    named = set(re.findall(r"`(\w+)`", both))
    theirs = set(SentenceTransformerTrainingArguments.__dataclass_fields__)
    assert named <= theirs
    assert named == set(Arguments.model_fields) - {"max_seq_length"}


def test_the_defaults_that_differ_are_those_that_the_page_names(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "coming-from" / "sentence-transformers.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| ([\d.e-]+) \| ([\d.e-]+) \|$", page, re.MULTILINE)
    theirs, ours = SentenceTransformerTrainingArguments(str(tmp_path)), Arguments()
    for name, library, recipe in rows:
        assert float(getattr(theirs, name) or 0) == float(library), name
        assert float(getattr(ours, name)) == float(recipe), name
    told = {name for name, _, _ in rows}
    numbers = {
        name: float(value)
        for name, value in ours.model_dump().items()
        if isinstance(value, int | float) and hasattr(theirs, name)
    }
    assert told == {n for n, value in numbers.items() if value != float(getattr(theirs, n) or 0)}
