"""A Hub of models on this machine: the few answers that pushing one takes.

The one thing outside this machine that tests replace. Source of the routes: huggingface_hub 2.4.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import yaml

COMMIT = "1" * 40


class Answering(BaseHTTPRequestHandler):
    """Writes answers, and no log."""

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], with_body: bool = True
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def _hash(body: bytes) -> str:
    return hashlib.sha1(body, usedforsecurity=False).hexdigest()


class Repo:
    """A model repository: its branches, each a state of files by path, and every commit."""

    def __init__(self) -> None:
        self.branches: dict[str, dict[str, bytes]] = {"main": {}}
        self.commits: list[dict[str, object]] = []
        self.pull_requests: list[dict[str, bytes]] = []


class ModelHub(Answering):
    """The answers that pushing a model takes: made, branched, committed to, and looked at.

    One token may write. Large files go the way of LFS, small ones into the commit itself.
    """

    repos: dict[str, Repo]
    stored: dict[str, bytes]
    token = "hf_a_token_that_may_write"
    broken = False  # every commit fails

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, _, query = unquote(self.path).partition("?")
        if self.headers.get("Authorization") != f"Bearer {self.token}":
            self._answer(401, {"error": "Invalid username or password."})
        elif path == "/api/validate-yaml":
            self._validate(json.loads(body)["content"])
        elif path == "/api/repos/create":
            self._create(json.loads(body))
        elif path.endswith(".git/info/lfs/objects/batch"):
            self._lfs(json.loads(body)["objects"])
        elif "/preupload/" in path:
            self._preupload(json.loads(body)["files"])
        elif "/branch/" in path:
            self._branch(*_parted(path, "branch"))
        elif "/commit/" in path:
            self._commit(*_parted(path, "commit"), body, "create_pr=1" in query)
        else:
            self._answer(404, {})

    def do_PUT(self) -> None:
        self.stored[self.path.rpartition("/")[2]] = self.rfile.read(
            int(self.headers["Content-Length"])
        )
        self._answer(200, {})

    def do_GET(self) -> None:
        self._look(with_body=True)

    def do_HEAD(self) -> None:
        self._look(with_body=False)

    def _create(self, asked: dict[str, str]) -> None:
        repo = f"{asked.get('organization') or 'someone'}/{asked['name']}"
        there = repo in self.repos
        self.repos.setdefault(repo, Repo())
        self._answer(409 if there else 200, {"url": f"{self._address}/{repo}", "id": repo})

    def _validate(self, card: str) -> None:
        facts = yaml.safe_load(card.split("---\n")[1])
        bad = not isinstance(facts, dict) or not all(isinstance(tag, str) for tag in facts["tags"])
        self._answer(400 if bad else 200, {"errors": [], "warnings": []})

    def _preupload(self, files: list[dict[str, str]]) -> None:
        modes = [
            {
                "path": file["path"],
                "uploadMode": "lfs"
                if file["path"].endswith((".safetensors", ".pt"))
                else "regular",
                "shouldIgnore": False,
            }
            for file in files
        ]
        self._answer(200, {"files": modes})

    def _lfs(self, objects: list[dict[str, object]]) -> None:
        upload = [
            {**one, "actions": {"upload": {"href": f"{self._address}/lfs/{one['oid']}"}}}
            for one in objects
        ]
        self._answer(200, {"transfer": "basic", "objects": upload})

    def _branch(self, repo: str, branch: str) -> None:
        there = branch in self.repos[repo].branches
        self.repos[repo].branches.setdefault(branch, dict(self.repos[repo].branches["main"]))
        self._answer(409 if there else 200, {})

    def _commit(self, repo: str, branch: str, body: bytes, as_request: bool) -> None:
        if self.broken:
            self._answer(403, {"error": "Forbidden"})
            return
        lines = [json.loads(line) for line in body.splitlines()]
        files = dict(self.repos[repo].branches[branch])
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.stored[value["oid"]]
        found = self.repos[repo]
        if as_request:
            found.pull_requests.append(files)
        else:
            found.branches[branch] = files
        found.commits.append({"branch": branch, **lines[0]["value"]})
        address = f"{self._address}/{repo}"
        request = {"pullRequestUrl": f"{address}/discussions/{len(found.pull_requests)}"}
        told = {"commitUrl": f"{address}/commit/{COMMIT}", "commitOid": COMMIT, "success": True}
        self._answer(200, told | (request if as_request else {}))

    def _look(self, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        owner_and_name, _, rest = path.strip("/").partition("/resolve/")
        branch, _, name = rest.partition("/")
        repo = self.repos.get(owner_and_name.removeprefix("api/models/").split("/revision/")[0])
        if repo is None:
            self._answer(404, {}, {"X-Error-Code": "RepoNotFound"})
        elif path.startswith("/api/models/"):
            siblings = [{"rfilename": file} for file in repo.branches["main"]]
            self._answer(200, {"id": owner_and_name, "sha": COMMIT, "siblings": siblings})
        elif name not in repo.branches.get(branch, {}):
            self._answer(404, {}, {"X-Error-Code": "EntryNotFound"})
        else:
            body = repo.branches[branch][name]
            self._send(200, body, {"ETag": f'"{_hash(body)}"', "X-Repo-Commit": COMMIT}, with_body)

    @property
    def _address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def _answer(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self._send(status, body, {"Content-Type": "application/json", **(headers or {})})


def _parted(path: str, verb: str) -> tuple[str, str]:
    """The repository and the branch of /api/models/owner/name/verb/branch."""
    repo, _, branch = path.removeprefix("/api/models/").partition(f"/{verb}/")
    return repo, branch


@contextmanager
def model_hub() -> Iterator[tuple[str, type[ModelHub]]]:
    """A Hub without a repository; gives its address and what it holds."""
    held = type("Held", (ModelHub,), {"repos": {}, "stored": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), held)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", held
    server.shutdown()
    server.server_close()
