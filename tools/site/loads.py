"""What pages load: nothing from another host, so that the site works offline and tells nobody who
reads it; and nothing that isn't there, which the build itself checks of links alone."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
_LOADING_LINKS = {"stylesheet", "preload", "modulepreload", "preconnect", "icon"}


class _Loads(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "link" and not _LOADING_LINKS & set((said.get("rel") or "").split()):
            return
        if address := said.get(_LOADS.get(tag, "")):
            self.addresses.append(address)


def unsound(site: Path) -> Iterator[str]:
    """Each address that a page should not load, with the page and why."""
    for page in sorted(site.rglob("*.html")):
        seen = _Loads()
        seen.feed(page.read_text(encoding="utf-8"))
        for address in seen.addresses:
            if why := _complaint(address, page, site):
                yield f"{page.relative_to(site)} loads {address}, {why}"


def _complaint(address: str, page: Path, site: Path) -> str | None:
    parts = urlsplit(address)
    if parts.netloc:
        return "which is on another host"
    if parts.scheme == "data":
        return None
    path = unquote(parts.path)
    found = site / path.lstrip("/") if path.startswith("/") else page.parent / path
    return None if found.is_file() else "which is not there"
