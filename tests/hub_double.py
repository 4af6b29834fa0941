"""A Hub on this machine: the few answers that reading a dataset repository takes.

The one thing outside this machine that tests replace. Source of the routes: huggingface_hub 2.4.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "1" * 40


class Double(BaseHTTPRequestHandler):
    repo: str
    files: dict[str, bytes]

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        asked = json.loads(self.rfile.read(length) or b"{}")
        if self.path.startswith(f"/api/datasets/{self.repo}/paths-info/"):
            self._json([self._entry(p) for p in asked["paths"] if p in self.files])
        else:
            self._missing()

    def _answer(self, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        api = f"/api/datasets/{self.repo}"
        resolve = f"/datasets/{self.repo}/resolve/"
        if path in (api, f"{api}/revision/main", f"{api}/revision/{COMMIT}"):
            siblings = [{"rfilename": name} for name in self.files]
            self._json({"id": self.repo, "sha": COMMIT, "siblings": siblings, "tags": []})
        elif path.startswith(f"{api}/tree/"):
            self._json([self._entry(name) for name in self.files])
        elif path.startswith(resolve):
            self._file(path.removeprefix(resolve).split("/", 1)[1], with_body)
        else:
            self._missing()

    def _entry(self, name: str) -> dict[str, object]:
        body = self.files[name]
        return {"type": "file", "path": name, "size": len(body), "oid": _hash(body)}

    def _file(self, name: str, with_body: bool) -> None:
        if name not in self.files:
            self._missing("EntryNotFound")
            return
        body = self.files[name]
        headers = {"ETag": f'"{_hash(body)}"', "X-Repo-Commit": COMMIT}
        self._send(200, body, headers, with_body)

    def _json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _missing(self, code: str = "RepoNotFound") -> None:
        self._send(404, b"{}", {"X-Error-Code": code})

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


@contextmanager
def hub_with(repo: str, files: dict[str, bytes]) -> Iterator[str]:
    """A Hub that holds one dataset repository; gives its address."""
    handler = type("OneRepo", (Double,), {"repo": repo, "files": files})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
