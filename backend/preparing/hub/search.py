"""Finding a dataset: by words, or on the shelf of those made for sentence embeddings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from backend.hub.access import Access
from backend.hub.asking import ask_hub
from backend.preparing.hub.shelf import SENTENCES

RECOMMENDED = "sentence-transformers"
"""The tag under which the field's own maintainers keep sets that are ready to be trained with."""

_EXPANDED = ("description", "downloads", "gated", "likes", "mainSize", "private", "sha", "tags")
_SENTENCE_CHARACTERS = 220


class Sort(StrEnum):
    DOWNLOADS = "downloads"
    LIKES = "likes"
    TRENDING = "trending"
    NEWEST = "newest"


_HUB_SORT = {
    Sort.DOWNLOADS: "downloads",
    Sort.LIKES: "likes",
    Sort.TRENDING: "trendingScore",
    Sort.NEWEST: "lastModified",
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """A dataset of the Hub, as its list tells it. `size_bytes` is of its main branch."""

    id: str
    sha: str | None
    description: str
    downloads: int
    likes: int
    size_bytes: int | None
    rows_about: str | None
    gated: bool
    private: bool
    recommended: bool
    languages: tuple[str, ...]
    licence: str | None

    @classmethod
    def of(cls, info: Mapping[str, Any]) -> "Found":
        tags = [str(tag) for tag in info.get("tags") or ()]
        size = info.get("mainSize")
        return cls(
            id=str(info["id"]),
            sha=info.get("sha"),
            description=SENTENCES.get(str(info["id"])) or _first_sentence(info.get("description")),
            downloads=int(info.get("downloads") or 0),
            likes=int(info.get("likes") or 0),
            size_bytes=size if isinstance(size, int) else None,
            rows_about=next(iter(_after(tags, "size_categories")), None),
            gated=bool(info.get("gated")),
            private=bool(info.get("private")),
            recommended=RECOMMENDED in tags,
            languages=tuple(_after(tags, "language")),
            licence=next(iter(_after(tags, "license")), None),
        )


def find(access: Access, words: str, sort: Sort, recommended: bool, limit: int) -> list[Found]:
    """The datasets that the Hub finds. Raises Offline, Away."""
    params: dict[str, str | int | list[str]] = {
        "sort": _HUB_SORT[sort],
        "limit": limit,
        "expand": list(_EXPANDED),
    }
    if words.strip():
        params["search"] = words.strip()
    if recommended:
        params["filter"] = RECOMMENDED
    return [Found.of(info) for info in ask_hub(access, "/api/datasets", params)]


def look_up(access: Access, repo: str, revision: str | None = None) -> Mapping[str, Any]:
    """What the Hub tells of one dataset, with its `sha` at this revision now.

    Raises Offline, Away, NoDataset, NoSuchPart.
    """
    path = f"/api/datasets/{repo}" + (f"/revision/{revision}" if revision else "")
    info: Mapping[str, Any] = ask_hub(access, path, {}, repo, revision or "main")
    return info


def _after(tags: list[str], kind: str) -> list[str]:
    return [tag.removeprefix(f"{kind}:") for tag in tags if tag.startswith(f"{kind}:")]


@lru_cache(maxsize=1_000)
def _first_sentence(text: str | None) -> str:
    """Of a description, which on the Hub is the beginning of a page in Markdown."""
    lines = [line.strip() for line in (text or "").splitlines()]
    prose = " ".join(line for line in lines if line and line[0] not in "#|<![-*>")
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*_]{1,3}", r"\1", prose)
    plain = re.sub(r"\s+", " ", plain.replace("… See the full description", " … See")).strip()
    first = re.split(r"(?<=[.!?])\s", plain, maxsplit=1)[0]
    if len(first) <= _SENTENCE_CHARACTERS:
        return first
    return first[:_SENTENCE_CHARACTERS].rsplit(" ", 1)[0] + "…"
