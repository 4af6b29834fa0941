"""What is depended on is written down, locked, and free of any machine's address."""

import json
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.image_requirements import by_image, pip_of

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = PYPROJECT["project"]
NAMED = [*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values())]
PACKAGES = sorted({canonicalize_name(Requirement(named).name) for named in NAMED})
NODE = json.loads((ROOT / "package.json").read_text())
SCRIPTS = {**NODE["dependencies"], **NODE["devDependencies"]}


def test_every_dependency_has_its_line_and_no_other_has_one():
    page = (ROOT / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"^\| ([\w.-]+) \| (.+) \| (.+) \|$", page, flags=re.MULTILINE)
    explained = [canonicalize_name(name) for name, _, _ in rows if name != "package"]
    assert sorted(explained) == sorted([*PACKAGES, *map(canonicalize_name, SCRIPTS)])


@pytest.mark.parametrize("package", [name for name in PACKAGES if name != "torch"])
def test_every_dependency_is_locked_with_hashes(package):
    locked = re.search(rf"^{package}(\[[\w,]+\])?==\S+.*\\\n    --hash=sha256:", LOCK, re.MULTILINE)
    assert locked, f"{package} is not in requirements.lock: `make lock`"


def test_the_lock_installs_no_torch_and_nothing_of_cuda():
    assert "torch==" in LOCK
    assert all("'never'" in line for line in re.findall("^torch==.*", LOCK, re.MULTILINE))
    assert not re.search(r"^(nvidia-(?!ml-py)|cuda|triton)[\w-]*==", LOCK, flags=re.MULTILINE)


@pytest.mark.parametrize("lock", ["requirements.lock", "package-lock.json"])
def test_a_lock_names_no_address(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"\w+://|\"resolved\"|--(extra-)?index-url|(?<!\w)/\w+/", text)


def test_scripts_of_the_pages_are_pinned_exactly():
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in SCRIPTS.values())


def test_the_servers_image_gets_no_torch_and_each_image_gets_what_the_lock_covers():
    wanted = by_image(PYPROJECT)
    assert set(wanted) == {"server", "worker", "build"}
    for image in wanted.values():
        names = {canonicalize_name(Requirement(one).name) for one in image}
        assert "torch" not in names
        assert names <= set(PACKAGES)


def test_images_have_a_pip_that_takes_the_hashes_of_a_constraint():
    said = pip_of(LOCK)
    version = re.match(r"pip==(\d+)\.(\d+) ", said)
    assert tuple(map(int, version.groups())) >= (26, 1)
    assert said.count("--hash=sha256:") == 2
    assert not said.endswith("\\")


def test_an_image_has_the_extras_that_its_work_may_ask_for():
    wanted = by_image(PYPROJECT)
    extras = PROJECT["optional-dependencies"]
    assert {*extras["s3"], *extras["notify"]} <= set(wanted["server"])
    assert {*extras["onnx"], *extras["lora"]} <= set(wanted["worker"])
