"""Files of the front end: found, named by their content, kept for ever."""

import gzip
from pathlib import Path

import httpx2
import pytest

from backend.web.assets import ASK_EACH_TIME, FOR_EVER, AssetMissing, Assets, assets

PATH = "elements/all.js"


def tree_with(root: Path, text: str) -> Assets:
    for folder in ("styles", "elements", "static"):
        (root / folder).mkdir(exist_ok=True)
    (root / "styles" / "app.css").write_text(text)
    return Assets(root)


def test_a_changed_file_changes_every_address(tmp_path: Path) -> None:
    before = tree_with(tmp_path, "a {}").url("styles/app.css")
    assert tree_with(tmp_path, "a {}").url("styles/app.css") == before
    assert tree_with(tmp_path, "b {}").url("styles/app.css") != before


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AssetMissing, match="make setup"):
        tree_with(tmp_path, "").url("static/vendor/htmx.min.js")


def test_an_asset_is_kept_for_ever_and_comes_compressed(studio_url: str) -> None:
    answer = httpx2.get(studio_url + assets().url(PATH), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    found = assets().get(PATH)
    assert found is not None
    assert answer.content == found.body == gzip.decompress(found.zipped)


def test_a_page_from_before_an_upgrade_still_finds_its_files(studio_url: str) -> None:
    answer = httpx2.get(f"{studio_url}/static/000000000000/{PATH}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, ASK_EACH_TIME)


@pytest.mark.parametrize("path", ["elements/none.js", "..%2Fpyproject.toml", "templates/base.html"])
def test_nothing_else_is_served(studio_url: str, path: str) -> None:
    answer = httpx2.get(f"{studio_url}/static/{assets().tree}/{path}")
    assert answer.status_code == 404
