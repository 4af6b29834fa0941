"""The Makefile is the list of what one can do."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
VERBS = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[1].split()


def make(*arguments):
    asked = subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert asked.returncode == 0, asked.stderr
    return asked.stdout


def test_make_alone_says_every_verb_with_a_sentence():
    told = dict(re.findall(r"^  make ([a-z-]+) +(\S.*)$", make(), re.MULTILINE))
    assert sorted(told) == sorted(VERBS)


def test_every_verb_that_needs_what_is_installed_installs_it():
    assert all(
        "tools/set_up.py" in make("--dry-run", "--always-make", verb)
        for verb in VERBS
        if verb not in {"help", "lock", "clean"}
    )


def test_the_demo_is_told_how_long_set_up_took_and_where_its_data_is():
    told = make("--dry-run", "demo").splitlines()[-1]
    assert re.fullmatch(r"LIKEWISE_SETUP_SECONDS=\S.+ \.venv/bin/likewise demo", told)
    assert "LIKEWISE_DATA ?= $(CURDIR)/data" in MAKEFILE
