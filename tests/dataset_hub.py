"""A Hub of datasets on this machine, with its viewer: public, gated, private, slow, failing.

Source of the routes: huggingface_hub 2.4 and datasets 5.2; of the viewer's answers: the Hub's
documentation, "Dataset viewer".
"""

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

COMMIT = "1" * 40
TOKEN = "hf_a_token_that_may_read"


@dataclass
class Repo:
    """A dataset. `earlier`: what it held at other commits. `breaks`: so many reads of a file's bytes
    end half-way. `viewer`: its answers, by path; without, the viewer doesn't know it."""

    files: dict[str, bytes] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    viewer: dict[str, Any] = field(default_factory=dict)
    branches: tuple[str, ...] = ("main",)
    earlier: dict[str, dict[str, bytes]] = field(default_factory=dict)
    is_gated: bool = False
    is_private: bool = False
    slow_seconds: float = 0.0
    breaks: int = 0

    @property
    def card(self) -> Any:
        """What the page's YAML says, as the Hub tells it."""
        page = self.files.get("README.md", b"").decode()
        return yaml.safe_load(page.split("---\n")[1]) if page.startswith("---\n") else {}

    def at(self, revision: str) -> tuple[str, dict[str, bytes]] | None:
        """The commit that a branch or a commit names, and its files; None where it is neither."""
        if revision in ("", COMMIT, *self.branches):
            return COMMIT, self.files
        return (revision, self.earlier[revision]) if revision in self.earlier else None


@dataclass
class Held:
    """What the Hub holds, and what it was asked: (path and query, the token that came along)."""

    repos: dict[str, Repo]
    address: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    is_busy: bool = False

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class DatasetHub(BaseHTTPRequestHandler):
    held: Held
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(json.loads(self.rfile.read(length) or b"{}"))

    def _answer(self, sent: Any = None) -> None:
        parts = urlsplit(self.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        self.held.asked.append((f"{path}?{parts.query}", token))
        if self.held.is_busy:
            self._json({"error": "slow down"}, 429, {"Retry-After": "7"})
        elif path == "/api/whoami-v2":
            self._whoami(token)
        elif path == "/api/datasets":
            self._search(query)
        elif path.startswith("/viewer/"):
            self._viewer(path.removeprefix("/viewer"), query)
        else:
            self._of_repo(path, token, sent)

    def _whoami(self, token: str | None) -> None:
        if token != TOKEN:
            self._json({"error": "Invalid user token."}, 401)
        else:
            access = {"role": "fineGrained", "displayName": "studio"}
            self._json({"type": "user", "name": "ada", "auth": {"accessToken": access}})

    def _search(self, query: dict[str, list[str]]) -> None:
        words = query.get("search", [""])[0].lower()
        tags = set(query.get("filter", []))
        found = [
            {"id": name, "tags": [], "downloads": 0, "likes": 0, "gated": False, "private": False}
            | repo.facts
            for name, repo in self.held.repos.items()
            if not repo.is_private and words in name.lower()
        ]
        found = [each for each in found if tags <= set(each["tags"])]
        found.sort(key=lambda each: -each.get(query.get("sort", ["downloads"])[0], 0))
        self._json(found[: int(query.get("limit", ["100"])[0])])

    def _viewer(self, path: str, query: dict[str, list[str]]) -> None:
        repo = self.held.repos.get(query.get("dataset", [""])[0])
        if repo is None or path not in repo.viewer:
            self._json({"error": "The dataset viewer is not available."}, 404)
        else:
            time.sleep(repo.slow_seconds)
            answer = repo.viewer[path]
            self._json(answer(query) if callable(answer) else answer)

    def _of_repo(self, path: str, token: str | None, sent: Any) -> None:
        plain = path.removeprefix("/api").removeprefix("/datasets/")
        name = next((n for n in self.held.repos if f"{plain}/".startswith(f"{n}/")), None)
        repo = self.held.repos[name] if name else None
        if name is None or repo is None or (repo.is_private and token != TOKEN):
            code = {} if token else {"X-Error-Message": "Invalid username or password."}
            self._json({}, 404 if token else 401, {"X-Error-Code": "RepoNotFound"} | code)
            return
        time.sleep(repo.slow_seconds)
        rest = plain.removeprefix(name).strip("/")
        if path.startswith("/api/"):
            self._api(name, repo, rest, sent)
        elif repo.is_gated and token != TOKEN:
            self._json({}, 403 if token else 401, {"X-Error-Code": "GatedRepo"})
        else:
            self._resolve(repo, rest)

    def _api(self, name: str, repo: Repo, rest: str, sent: Any) -> None:
        verb, _, tail = rest.partition("/")
        revision, _, folder = tail.partition("/")
        held = repo.at(revision)
        if held is None:
            self._json({}, 404, {"X-Error-Code": "RevisionNotFound"})
            return
        commit, files = held
        if verb in ("", "revision"):
            siblings = [{"rfilename": file} for file in files]
            known = {"tags": [], "gated": "auto" if repo.is_gated else False, "cardData": repo.card}
            self._json({"id": name, "sha": commit, "siblings": siblings, **known, **repo.facts})
        elif verb == "paths-info":
            self._json([_entry(p, files[p]) for p in sent["paths"] if p in files])
        elif verb == "tree":
            found = {p: body for p, body in files.items() if p.startswith(folder)}
            self._json([_entry(p, body) for p, body in found.items()])
        else:
            self._json({}, 404)

    def _resolve(self, repo: Repo, rest: str) -> None:
        _resolve, revision, name = rest.split("/", 2)
        commit, files = repo.at(revision) or ("", {})
        if name not in files:
            code = "EntryNotFound" if commit else "RevisionNotFound"
            self._json({}, 404, {"X-Error-Code": code})
            return
        body = files[name]
        headers = {"ETag": f'"{_hash(body)}"', "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        asked = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        status, first, last = 200, 0, len(body) - 1
        if asked:
            status, first = 206, int(asked[1])
            last = min(last, int(asked[2] or last))
            headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        self._send(status, body[first : last + 1], headers, repo)

    def _json(self, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self._send(status, body, {"Content-Type": "application/json", **(headers or {})})

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], repo: Repo | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if repo and repo.breaks and len(body) > 1_000:
            repo.breaks -= 1
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def _entry(name: str, body: bytes) -> dict[str, object]:
    return {"type": "file", "path": name, "size": len(body), "oid": _hash(body)}


def _hash(body: bytes) -> str:
    return hashlib.sha1(body, usedforsecurity=False).hexdigest()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up half-way is what some tests are about."""


@contextmanager
def dataset_hub(repos: dict[str, Repo]) -> Iterator[Held]:
    """A Hub that holds these datasets, its viewer under `/viewer`; gives what it is asked."""
    held = Held(repos)
    server = _Quiet(("127.0.0.1", 0), type("TheHub", (DatasetHub,), {"held": held}))
    held.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield held
    server.shutdown()
    server.server_close()
