"""Styles, scripts and icons: read once, served under a hash of them all, kept for ever by browsers.

One hash stands for the whole tree, so that files name each other by plain relative paths.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from backend.places import FRONTEND

FOLDERS = ("styles", "elements", "static")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class Asset:
    body: bytes
    zipped: bytes
    media_type: str


class AssetMissing(LookupError):
    """A page asks for a file that is not in the front end; `make setup` brings those by others."""


class Assets:
    """All files of the front end, as they were when the process began."""

    def __init__(self, root: Path) -> None:
        self._by_path = {
            path.relative_to(root).as_posix(): _read(path)
            for folder in FOLDERS
            for path in sorted((root / folder).rglob("*"))
            if path.is_file()
        }
        digest = hashlib.sha256()
        for name, asset in self._by_path.items():
            digest.update(name.encode() + b"\0" + asset.body)
        self.tree = digest.hexdigest()[:12]

    def url(self, path: str) -> str:
        """Where `path` is served. Raises AssetMissing if there is no such file."""
        if path not in self._by_path:
            raise AssetMissing(f"frontend/{path} is not there; run `make setup`, then start again")
        return f"/static/{self.tree}/{path}"

    def get(self, path: str) -> Asset | None:
        return self._by_path.get(path)


@cache
def assets() -> Assets:
    return Assets(FRONTEND)


@router.get("/static/{tree}/{path:path}")
def static(request: Request, tree: str, path: str) -> Response:
    """One file. A page from before an upgrade gets today's, and is not told to keep it."""
    asset = assets().get(path)
    if asset is None:
        raise HTTPException(404, f"There is no file {path!r} here.")
    headers = {
        "Cache-Control": FOR_EVER if tree == assets().tree else ASK_EACH_TIME,
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.zipped, media_type=asset.media_type, headers=headers)
    return Response(asset.body, media_type=asset.media_type, headers=headers)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media_type = "text/javascript"  # a machine's own table may say something else
    return Asset(body=body, zipped=gzip.compress(body, mtime=0), media_type=media_type)
