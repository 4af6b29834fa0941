"""The documentation site is whole, loads nothing from elsewhere, and is listed for programs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools import tutorial_pictures
from tools.site import llms
from tools.site.gather import gather
from tools.site.loads import unsound
from tools.site.places import CONFIG, ROOT

NAV = [
    name
    for section in yaml.safe_load(CONFIG.read_text())["nav"]
    for pages in section.values()
    for page in pages
    for name in page.values()
]


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "build" / "docs"
    gather(folder)
    return folder


@pytest.fixture(scope="module")
def site(gathered: Path) -> Path:
    """Built as `make docs` builds it: a dead link would fail here."""
    beside = gathered.parents[1]
    (beside / "mkdocs.yml").write_text(CONFIG.read_text())
    zensical = Path(sys.executable).with_name("zensical")
    built = subprocess.run(
        [zensical, "build", "--strict", "--config-file", beside / "mkdocs.yml"],
        cwd=beside,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    llms.write(CONFIG, gathered, beside / "site")
    return beside / "site"


def test_every_page_is_in_the_navigation_once(gathered: Path) -> None:
    there = {str(page.relative_to(gathered)) for page in gathered.rglob("*.md")}
    assert sorted(NAV) == sorted(there)


def test_every_page_is_built_and_loads_only_what_is_there(site: Path) -> None:
    for name in NAV:
        page = site / name.removesuffix(".md").removesuffix("index")
        assert (page / "index.html").is_file(), name
    assert list(unsound(site)) == []


def test_what_is_on_another_host_or_missing_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.png").touch()
    (tmp_path / "page.html").write_text(
        '<link rel="stylesheet" href="https://fonts.example/a.css"><script src="//x.example/a.js">'
        '</script><img src="gone.png"><img src="there.png"><a href="https://example.org">a link</a>'
    )
    assert len(list(unsound(tmp_path))) == 3


def test_llms_txt_lists_every_page_with_a_sentence_and_its_markdown(site: Path) -> None:
    told = (site / "llms.txt").read_text()
    assert re.match(r"# Likewise\n\n> \S.+\n\n## ", told)
    entries = re.findall(r"^- \[[^\]]+\]\(([^)]+)\): \S", told, re.MULTILINE)
    assert entries == NAV
    assert all((site / name).is_file() for name in entries)
    whole = (site / "llms-full.txt").read_text()
    assert all(f"<!-- {name} -->\n\n" in whole for name in NAV)


def test_the_tutorial_shows_the_pictures_that_are_made_and_they_are_small() -> None:
    text = (ROOT / "docs" / "tutorial" / "index.md").read_text()
    shown = re.findall(r"!\[[^\]]+\]\((\S+)\)", text)
    made = re.findall(r'_take\(page, "([^"]+)"', Path(tutorial_pictures.__file__).read_text())
    assert shown == [f"{name}.png" for name in made]
    folder = tutorial_pictures.FOLDER
    assert sorted(path.name for path in folder.glob("*.png")) == sorted(shown)
    assert all(p.stat().st_size <= tutorial_pictures.MOST_BYTES for p in folder.glob("*.png"))
