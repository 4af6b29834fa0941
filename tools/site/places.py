"""Where the site's parts are."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "mkdocs.yml"
GATHERED = ROOT / "build" / "docs"
SITE = ROOT / "site"
