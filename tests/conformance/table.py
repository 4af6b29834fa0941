"""`make conformance`: each public name of the reference library, ours beside it, and whether its
tests pass. Exit status 1 if a name is missing, untested, or fails."""

import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

from tests.conformance.coverage import PLACES, mentions
from tests.conformance.test_names import DIFFERENT
from tests.conformance.upstream import OTHER_FAMILIES, Public, differences, public_names


class Outcomes:
    """What became of each test function, under "file::function", over all its parameters."""

    def __init__(self, report: Path) -> None:
        self.passed: defaultdict[str, int] = defaultdict(int)
        self.failed: defaultdict[str, int] = defaultdict(int)
        for case in ElementTree.parse(report).iter("testcase"):
            file = case.attrib["classname"].replace(".", "/") + ".py"
            test = f"{file}::{case.attrib['name'].partition('[')[0]}"
            kinds = {child.tag for child in case}
            if kinds & {"failure", "error"}:
                self.failed[test] += 1
            elif "skipped" not in kinds:
                self.passed[test] += 1


def run_tests() -> Outcomes:
    """Run all tests that are about a name, in a process of their own: some start more of it."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        options = ["-q", "--no-header", "-p", "no:cacheprovider", f"--junitxml={report}"]
        subprocess.run([sys.executable, "-m", "pytest", *PLACES, *options], check=False)
        return Outcomes(report)


def verdict(public: Public, outcomes: Outcomes) -> str:
    """ "pass", and by how many tests; or the reason why not."""
    if public.ours is None:
        return "MISSING"
    told = differences(public)
    if told and public.path not in DIFFERENT:
        return f"DIFFERS: {'; '.join(told)}"
    tests = mentions(public)
    if failed := sorted(test for test in tests if outcomes.failed[test]):
        return f"FAILS: {', '.join(failed)}"
    passed = sum(outcomes.passed[test] for test in tests)
    if not passed and public.is_inherited:
        return "pass (transformers' own, with its default)"
    if not passed:
        return "NO TEST RAN"
    because = f"; differs: {DIFFERENT[public.path]}" if public.path in DIFFERENT else ""
    return f"pass ({passed} tests){because}"


def main() -> int:
    outcomes = run_tests()
    names = public_names()
    results = [(public, verdict(public, outcomes)) for public in names]
    wide = max(len(public.path) for public in names)
    kind = ""
    for public, result in sorted(results, key=lambda row: row[0].kind):
        if public.kind != kind:
            kind = public.kind
            print(f"\n{kind}\n{'-' * len(kind)}")
        ours = "" if public.ours is None else f"likewise.{public.path}"
        print(f"{public.path:{wide}}  {ours:{wide + 9}}  {result}")
    bad = [public.path for public, result in results if not result.startswith("pass")]
    print(f"\nOther families, not compared: {', '.join(OTHER_FAMILIES)}")
    print(f"{len(results) - len(bad)} of {len(results)} names pass.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
