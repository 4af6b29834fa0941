"""All that the site is built from, in one folder: docs/, what was measured, and pages from tables."""

import shutil
from pathlib import Path

from backend.places import FRONTEND
from tools.reference.pages import write
from tools.site.places import GATHERED, ROOT

MEASURED = ("RESULTS.md", "LOG.md")


def gather(into: Path = GATHERED) -> None:
    """Make `into` anew. docs/ links to bench/ beside it; here bench/ is a folder of the site."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(ROOT / "docs", into)
    (into / "bench").mkdir()
    for name in MEASURED:
        shutil.copy(ROOT / "bench" / name, into / "bench")
    shutil.copy(FRONTEND / "static" / "mark.svg", into)
    for page in into.glob("*.md"):
        page.write_text(page.read_text().replace("](../bench/", "](bench/"))
    write(into / "reference")
