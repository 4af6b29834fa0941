"""A Hub of models on this machine, as one publishes to it: with rights, history, and bad days.

It keeps every commit, refuses one whose parent isn't the head, and can be told to break off at any
request, to want a pause, or to let somebody else come first. Source of the routes: huggingface_hub
2.4; of the large files: git-lfs, docs/api/batch.md.
"""

import base64
import hashlib
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from math import ceil
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

from tests.hub_double import Answering

TOKEN = "hf_a_token_of_ada_that_may_write"
READ_TOKEN = "hf_a_token_of_ada_that_only_reads"
LARGE = (".safetensors", ".bin", ".onnx")
AT = "2026-11-29T12:00:00.000Z"
PART_BYTES = 40_000
"""Larger files come in parts of so many."""

Files = dict[str, bytes]


@dataclass(frozen=True)
class Commit:
    id: str
    title: str
    message: str
    files: Files
    author: str = "ada"


@dataclass
class Repo:
    """`main` and each pull request are commits, oldest first."""

    private: bool
    main: list[Commit]
    requests: list[list[Commit]] = field(default_factory=list)

    def at(self, revision: str) -> list[Commit] | None:
        """The history that a branch, a pull request or a commit names."""
        if revision == "main":
            return self.main
        if revision.startswith("refs/pr/"):
            number = int(revision.removeprefix("refs/pr/"))
            return self.requests[number - 1] if number <= len(self.requests) else None
        for history in (self.main, *self.requests):
            for n, commit in enumerate(history, start=1):
                if commit.id == revision:
                    return history[:n]
        return None

    def commit(self, title: str, files: Files, author: str = "eve", message: str = "") -> Commit:
        """Put a commit onto main, as somebody would."""
        made = _commit(self.main, title, message, {**self.main[-1].files, **files}, author)
        self.main.append(made)
        return made


@dataclass
class Held:
    """What the Hub holds and was asked. Of the request of a number, counted from 0: `cut` it
    "before" it is heard or "after" it is done; `pause`, so many seconds, is wanted first; `before`
    it something happens."""

    repos: dict[str, Repo] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    parts: dict[tuple[str, int], bytes] = field(default_factory=dict)
    address: str = ""
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    cut: dict[int, str] = field(default_factory=dict)
    pause: dict[int, int] = field(default_factory=dict)
    before: dict[int, Callable[[], None]] = field(default_factory=dict)
    spoils: bool = False  # what it keeps is not what was sent
    lock: threading.RLock = field(default_factory=threading.RLock)

    def forget(self) -> None:
        """From here on requests are counted anew, and nothing happens to them."""
        for each in (self.asked, self.tokens, self.cut, self.pause, self.before):
            each.clear()


class PublishingHub(Answering):
    held: Held

    def do_POST(self) -> None:
        self._answer()

    do_PUT = do_GET = do_HEAD = do_POST

    def _answer(self) -> None:
        held, parts = self.held, urlsplit(self.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        with held.lock:
            number = len(held.asked)
            held.asked.append(f"{self.command} {path}")
            held.tokens.append(self._token)
            happens = held.before.pop(number, None)
            if happens is not None:
                happens()
        length = int(self.headers.get("Content-Length", 0))
        cut = held.cut.get(number)
        if cut == "before":
            self.rfile.read(length // 2)
            return
        body = self.rfile.read(length)
        out, self.wfile = self.wfile, io.BytesIO()
        with held.lock:
            if number in held.pause:
                headers = {"Retry-After": str(held.pause[number])}
                self._json({"error": "slow down"}, 429, headers)
            else:
                self._route(path, query, body)
        answer = self.wfile.getvalue()
        out.write(answer[: len(answer) // 2] if cut == "after" else answer)
        self.wfile = out

    @property
    def _token(self) -> str | None:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None

    def _route(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
        if path.startswith("/lfs/"):
            self._large(path.removeprefix("/lfs/"), body)
        elif self._token not in (TOKEN, READ_TOKEN):
            self._json({"error": "Invalid username or password."}, 401)
        elif path == "/api/whoami-v2":
            role = "write" if self._token == TOKEN else "read"
            self._json({"name": "ada", "auth": {"accessToken": {"role": role}}})
        elif path == "/api/validate-yaml":
            self._validate(json.loads(body)["content"])
        elif path == "/api/repos/create":
            self._create(json.loads(body))
        else:
            self._of_repo(path, query, body)

    def _of_repo(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
        name = "/".join(path.removeprefix("/api/models").strip("/").split("/")[:2])
        name = name.removesuffix(".git")
        repo = self.held.repos.get(name)
        rest = path.partition(name)[2].removeprefix(".git").strip("/")
        if repo is None:
            self._json({}, 404, {"X-Error-Code": "RepoNotFound"})
        elif rest == "info/lfs/objects/batch":
            self._batch(json.loads(body)["objects"])
        elif rest.startswith("resolve/"):
            self._resolve(repo, rest.removeprefix("resolve/"))
        else:
            verb, _, revision = rest.partition("/")
            self._api(repo, name, verb, revision or "main", query, body)

    def _api(
        self,
        repo: Repo,
        name: str,
        verb: str,
        revision: str,
        query: dict[str, list[str]],
        body: bytes,
    ) -> None:
        history = repo.at(revision)
        if verb == "discussions":
            self._discussions(repo, name)
        elif history is None:
            self._json({}, 404, {"X-Error-Code": "RevisionNotFound"})
        elif verb == "preupload":
            self._preupload(history[-1].files, json.loads(body)["files"])
        elif verb == "commit":
            self._commit(repo, name, body, "create_pr" in query)
        elif verb == "commits":
            self._json([_told(commit) for commit in reversed(history)])
        elif verb == "tree":
            self._json([_entry(path, content) for path, content in history[-1].files.items()])
        else:
            siblings = [{"rfilename": path} for path in history[-1].files]
            head = history[-1].id
            self._json({"id": name, "sha": head, "private": repo.private, "siblings": siblings})

    def _create(self, asked: dict[str, Any]) -> None:
        owner = asked.get("organization") or "ada"
        name = f"{owner}/{asked['name']}"
        if self._token != TOKEN or owner not in ("ada", "team"):
            said = f"You don't have the rights to create a model under the namespace {owner!r}"
            self._json({"error": said}, 403)
        elif name in self.held.repos:
            self._json({"error": "You already created this model repo"}, 409)
        else:
            files = {".gitattributes": b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"}
            first = _commit([], "initial commit", "", files)
            private = asked.get("visibility") == "private" or bool(asked.get("private"))
            self.held.repos[name] = Repo(private, [first])
            self._json({"url": f"{self.held.address}/{name}", "id": name})

    def _validate(self, card: str) -> None:
        facts = yaml.safe_load(card.split("---\n")[1])
        known = facts.get("license") in ("apache-2.0", "mit")
        wrong = [] if known else ['"license" must be one of apache-2.0, mit']
        wrong += [] if isinstance(facts.get("language"), list) else ["language must be a list"]
        errors = [{"message": each} for each in wrong]
        self._json({"errors": errors, "warnings": []}, 400 if wrong else 200)

    def _preupload(self, there: Files, files: list[dict[str, Any]]) -> None:
        modes = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if file["path"].endswith(LARGE) else "regular",
                "shouldIgnore": False,
                "oid": _oid(file["path"], there[file["path"]]) if file["path"] in there else None,
            }
            for file in files
        ]
        self._json({"files": modes})

    def _batch(self, objects: list[dict[str, Any]]) -> None:
        if self._token != TOKEN:
            self._json({"error": "Forbidden"}, 403)
            return
        self._json({"transfer": "multipart", "objects": [self._actions(one) for one in objects]})

    def _actions(self, one: dict[str, Any]) -> dict[str, Any]:
        place = f"{self.held.address}/lfs/{one['oid']}"
        if one["oid"] in self.held.stored:
            return one
        upload: dict[str, Any] = {"href": place}
        if one["size"] > PART_BYTES:
            numbers = range(1, ceil(one["size"] / PART_BYTES) + 1)
            parts = {str(n): f"{place}/part/{n}" for n in numbers}
            upload = {"href": f"{place}/whole", "header": {"chunk_size": str(PART_BYTES), **parts}}
        return {**one, "actions": {"upload": upload, "verify": {"href": f"{place}/verify"}}}

    def _large(self, path: str, body: bytes) -> None:
        oid, _, verb = path.partition("/")
        if verb.startswith("part/"):
            self.held.parts[oid, int(verb.removeprefix("part/"))] = body
            self._json({}, headers={"ETag": f'"{_sha256(body)}"'})
            return
        if verb == "whole":
            numbers = [part["partNumber"] for part in json.loads(body)["parts"]]
            body = b"".join(self.held.parts[oid, n] for n in numbers)
        if verb == "verify":
            self._json({}, 200 if oid in self.held.stored else 404)
        elif _sha256(body) != oid:
            self._json({"error": "this isn't what was announced"}, 400)
        else:
            self.held.stored[oid] = body
            self._json({})

    def _commit(self, repo: Repo, name: str, body: bytes, as_request: bool) -> None:
        if self._token != TOKEN:
            self._json({"error": "You need write access to this repository"}, 403)
            return
        header, *lines = [json.loads(line) for line in body.splitlines()]
        said = header["value"]
        parent = said.get("parentCommit")
        if parent and not as_request and parent != repo.main[-1].id:
            self._json({"error": "A commit has happened since. Please refresh and try again."}, 412)
            return
        history = (repo.at(parent) if parent else None) or repo.main
        files = dict(history[-1].files)
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                content = base64.b64decode(value["content"])
                spoiled = self.held.spoils and value["path"].endswith("config.json")
                files[value["path"]] = content + b"\n" if spoiled else content
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.held.stored[value["oid"]]
        made = _commit(history, said["summary"], said["description"], files)
        address = f"{self.held.address}/{name}"
        told = {"commitUrl": f"{address}/commit/{made.id}", "commitOid": made.id, "success": True}
        if as_request:
            repo.requests.append([*history, made])
            told["pullRequestUrl"] = f"{address}/discussions/{len(repo.requests)}"
        else:
            repo.main.append(made)
        self._json(told)

    def _discussions(self, repo: Repo, name: str) -> None:
        found = [
            {
                "title": history[-1].title,
                "num": number,
                "author": {"name": "ada"},
                "createdAt": AT,
                "status": "open",
                "repo": {"name": name, "type": "model"},
                "isPullRequest": True,
            }
            for number, history in enumerate(repo.requests, start=1)
        ]
        self._json({"discussions": found, "count": len(found), "start": 0})

    def _resolve(self, repo: Repo, rest: str) -> None:
        revision, _, name = rest.partition("/")
        if revision == "refs":
            kind, number, name = name.split("/", 2)
            revision = f"refs/{kind}/{number}"
        history = repo.at(revision)
        if history is None or name not in history[-1].files:
            code = "EntryNotFound" if history else "RevisionNotFound"
            self._json({}, 404, {"X-Error-Code": code})
            return
        body = history[-1].files[name]
        headers = {"ETag": f'"{_oid(name, body)}"', "X-Repo-Commit": history[-1].id}
        self._send(200, body, headers, with_body=self.command != "HEAD")

    def _json(
        self, value: object, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        body = json.dumps(value).encode()
        self._send(status, body, {"Content-Type": "application/json", **(headers or {})})


def _commit(
    history: list[Commit], title: str, message: str, files: Files, author: str = "ada"
) -> Commit:
    before = history[-1].id if history else ""
    seed = json.dumps([before, len(history), title, message, author]).encode()
    content = b"".join(name.encode() + body for name, body in sorted(files.items()))
    made = hashlib.sha1(seed + content, usedforsecurity=False).hexdigest()
    return Commit(made, title, message, files, author)


def _told(commit: Commit) -> dict[str, Any]:
    return {
        "id": commit.id,
        "title": commit.title,
        "message": commit.message,
        "authors": [{"user": commit.author}],
        "date": AT,
    }


def _entry(name: str, body: bytes) -> dict[str, Any]:
    told = {"type": "file", "path": name, "size": len(body), "oid": _git(body)}
    large = {"oid": _sha256(body), "size": len(body), "pointerSize": 130}
    return told | ({"lfs": large} if name.endswith(LARGE) else {})


def _oid(name: str, body: bytes) -> str:
    return _sha256(body) if name.endswith(LARGE) else _git(body)


def _git(body: bytes) -> str:
    head = f"blob {len(body)}\0".encode()
    return hashlib.sha1(head + body, usedforsecurity=False).hexdigest()


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up half-way is what some tests are about."""


@contextmanager
def publishing_hub() -> Iterator[Held]:
    """A Hub without a repository; gives what it holds and is asked."""
    held = Held()
    server = _Quiet(("127.0.0.1", 0), type("TheHub", (PublishingHub,), {"held": held}))
    held.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield held
    server.shutdown()
    server.server_close()
