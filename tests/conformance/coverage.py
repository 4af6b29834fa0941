"""Which tests are about which public name: those whose own text names it, as a word.

A table of names at the head of a file, from which its tests are made, counts for all of them.
"""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from tests.conformance.upstream import Public

ROOT = Path(__file__).parents[2]
PLACES = ("tests/conformance", "tests/worker/engine", "tests/likewise/test_examples.py")
OURSELVES = {"test_names.py", "upstream.py", "coverage.py", "table.py"}
WORD = re.compile(r"\w+")


def mentions(public: Public) -> set[str]:
    """The tests about `public`, each as "file::function"."""
    return _by_word().get(public.name, set())


def test_files() -> list[Path]:
    found = [path for place in PLACES for path in _python_files(ROOT / place)]
    return [path for path in found if path.name not in OURSELVES]


def _python_files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


@cache
def _by_word() -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in test_files():
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_test(node)]
        named = {f"{path.relative_to(ROOT)}::{test.name}": _words(text, test) for test in tests}
        shared = {
            word
            for node in tree.body
            if node not in tests and not isinstance(node, (ast.Import, ast.ImportFrom))
            for word in _words(text, node)
        }
        for test, own in named.items():
            for word in own | shared:
                found[word].add(test)
    return dict(found)


def _is_test(node: ast.FunctionDef) -> bool:
    return node.name.startswith("test_")


def _words(text: str, node: ast.stmt) -> set[str]:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    lines = text.splitlines()[first - 1 : node.end_lineno]
    return set(WORD.findall("\n".join(lines)))
