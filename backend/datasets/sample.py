"""The sample: what installed Python packages say of their own functions, classes and methods.

Real text that is on every machine: a name as a person would type it, and the sentence that says
what it does. Sources are parsed, never imported. The same packages give the same sample.
"""

import ast
import hashlib
import itertools
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from backend.datasets.docstrings import is_told_by, spoken, summary_of

LIMIT = 6_000
PER_PACKAGE = 150

_PACKAGE_BYTES = 150_000  # of source parsed of one package, and in all: some seconds, and bounded
_ALL_BYTES = 24_000_000  # without a clock, so that a slow machine has the same sample
_FILE_BYTES = 200_000  # beyond it, most are generated
_SKIPPED = frozenset(
    {"test", "tests", "testing", "idlelib", "lib2to3", "site-packages", "turtledemo"}
)


_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Documented:
    """Something with a docstring. `name` is its qualified name in words, `summary` one sentence.

    `kind` is function, class or method.
    """

    name: str
    summary: str
    package: str
    kind: str


def sample_table(limit: int = LIMIT, per_package: int = PER_PACKAGE) -> pa.Table:
    """The sample as a table: name, summary, package."""
    found = collect(limit, per_package)
    return pa.table(
        {
            "name": [each.name for each in found],
            "summary": [each.summary for each in found],
            "package": [each.package for each in found],
        }
    )


def collect(limit: int = LIMIT, per_package: int = PER_PACKAGE) -> list[Documented]:
    """At most `limit`, of each package at most `per_package`; no name and no summary twice.

    Packages take turns, so that the limit leaves out a little of each, not the last of them.
    """
    all_bytes = _Budget(_ALL_BYTES)
    taken: set[str] = set()
    by_package: list[list[Documented]] = []
    for package, paths in _packages():
        budgets = (_Budget(_PACKAGE_BYTES), all_bytes)
        candidates = (
            each
            for path in paths
            if all(budget.allows(path.stat().st_size) for budget in budgets)
            for each in _documented(path, package)
        )
        by_package.append(list(itertools.islice(_new(candidates, taken), per_package)))
    turns = ((turn, i) for i, found in enumerate(by_package) for turn in range(len(found)))
    kept = sorted(sorted(turns)[:limit], key=lambda pair: (pair[1], pair[0]))
    return [by_package[i][turn] for turn, i in kept]


class _Budget:
    """Bytes of source that may still be parsed."""

    def __init__(self, size_bytes: int) -> None:
        self._left = size_bytes

    def allows(self, size_bytes: int) -> bool:
        """Take so many, if they are left."""
        if size_bytes > self._left:
            return False
        self._left -= size_bytes
        return True


def _new(found: Iterator[Documented], taken: set[str]) -> Iterator[Documented]:
    """Those whose name and summary are not in `taken`; both go into it."""
    for each in found:
        keys = {f"name {each.name}", f"summary {each.summary.casefold()}"}
        if not keys & taken:
            taken |= keys
            yield each


def _packages() -> Iterator[tuple[str, list[Path]]]:
    """Each installed package and its source files, in an order that only names decide: where the
    bytes run out before the packages do, it is not always the end of the alphabet that lacks."""
    roots = {Path(sysconfig.get_path(key)) for key in ("stdlib", "purelib", "platlib")}
    tops = {place.stem: place for root in sorted(roots) for place in root.iterdir()}
    for name in sorted(tops, key=_scattered):
        if name.startswith("_") or not name.isidentifier() or name in _SKIPPED:
            continue
        paths = sorted(_sources(tops[name]), key=lambda path: (len(path.parts), path))
        if paths:
            yield name, paths


def _scattered(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _sources(top: Path) -> Iterator[Path]:
    """Public source files, those near the top first: they hold what people call by name."""
    for path in top.rglob("*.py") if top.is_dir() else [top] if top.suffix == ".py" else []:
        inner = path.relative_to(top.parent).parts
        is_public = all(not part.startswith("_") or part == "__init__.py" for part in inner)
        if is_public and _SKIPPED.isdisjoint(inner) and path.stat().st_size <= _FILE_BYTES:
            yield path


def _documented(path: Path, package: str) -> Iterator[Documented]:
    try:
        tree = _parsed(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):  # a template, or of another Python
        return
    module = path.parent.name if path.name == "__init__.py" else path.stem
    for kind, qualified, node in _public(tree):
        summary = summary_of(ast.get_docstring(node) or "")
        name = spoken(*qualified)
        if " " not in name:  # one word says too little: run, load, open
            name = spoken(module, *qualified)
        if summary and not is_told_by(summary, name):
            yield Documented(name=name, summary=summary, package=package, kind=kind)


def _parsed(source: bytes) -> ast.Module:
    """The tree of a file. Python 3.11 counts its depth for all threads together, so that one that
    parses at the same time can upset another: that is no fault of the file's, and is tried again."""
    for _ in range(_TRIES - 1):
        try:
            return ast.parse(source)
        except SystemError:
            continue
    return ast.parse(source)


_Node = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...], _Node]]:
    for node in tree.body:
        if isinstance(node, _Node) and not node.name.startswith("_"):
            is_class = isinstance(node, ast.ClassDef)
            yield "class" if is_class else "function", (node.name,), node
            if is_class:
                for inner in node.body:
                    if isinstance(inner, _Node) and not inner.name.startswith("_"):
                        yield "method", (node.name, inner.name), inner
