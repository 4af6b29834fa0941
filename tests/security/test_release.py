"""Rows 39 and 40: what runs in production may do little, and is what was looked at."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TO_GIVE_UP_ROOT = {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
TO_LISTEN_BELOW_1024 = {"NET_BIND_SERVICE"}
LINES = re.MULTILINE


@pytest.fixture(scope="module")
def services(root) -> dict[str, dict]:
    return yaml.safe_load((root / "docker-compose.yml").read_text())["services"]


def test_every_container_may_do_little_and_take_little(services):
    for name, service in services.items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert service["pids_limit"] > 0, name
        assert service["mem_limit"], name
        assert "privileged" not in service, name
        given = set(service.get("cap_add", ()))
        assert given <= (TO_LISTEN_BELOW_1024 if name == "https" else TO_GIVE_UP_ROOT), name


def test_every_image_is_named_by_a_version(root, services):
    foreign = [service["image"] for service in services.values() if "build" not in service]
    stages = re.findall(r"^FROM (\S+)", (root / "Dockerfile").read_text(), LINES)
    named = set(re.findall(r" AS (\S+)", (root / "Dockerfile").read_text()))
    for image in [*foreign, *(stage for stage in stages if stage not in named)]:
        assert re.search(r":[\w.${}:-]*\d", image), image
        assert not image.endswith(":latest")


def test_every_locked_package_has_its_hash_and_no_address(root):
    text = (root / "requirements.lock").read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text.replace("\\\n", " "))
    pinned = [block for block in blocks if re.match(r"[a-z0-9._-]+==", block)]
    assert len(pinned) > 100
    assert [block.split()[0] for block in pinned if "--hash=sha256:" not in block] == []
    assert "http" not in text.lower().replace("httpx", "").replace("httpcore", "").split("hash")[0]


def test_what_the_pages_load_is_pinned_with_its_hash(root):
    lock = json.loads((root / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())


def test_make_says_how_holes_are_looked_for_and_what_is_in_it(root):
    text = (root / "Makefile").read_text()
    assert re.search(
        r"^audit:.*\n\t.*pip-audit .*--require-hashes.*requirements\.lock", text, re.MULTILINE
    )
    assert "npm audit" in text
    assert re.search(r"^sbom:.*\n\t.*cyclonedx-py requirements", text, LINES)


@pytest.mark.slow  # it reads every hash: a minute
@pytest.mark.timeout(600)
def test_the_list_of_what_is_in_it_names_every_locked_package(root, tmp_path):
    out = tmp_path / "sbom.json"
    command = ["cyclonedx_py", "requirements", "requirements.lock", "-o", str(out)]
    subprocess.run([sys.executable, "-m", *command], cwd=root, check=True, capture_output=True)
    listed = {canonicalize_name(each["name"]) for each in json.loads(out.read_text())["components"]}
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    ours = {canonicalize_name(Requirement(each).name) for each in project["dependencies"]}
    assert ours <= listed


def test_what_is_installed_here_is_what_is_locked(root):
    text = (root / "requirements.lock").read_text()
    lines = re.findall(r"^([a-z0-9._-]+==[^\\\n]+?)(?: \\)?$", text, LINES)
    wanted = [Requirement(line) for line in lines]
    here = {canonicalize_name(each.name): each.version for each in distributions()}
    apart = {
        str(each): here[each.name]
        for each in wanted
        if (each.marker is None or each.marker.evaluate())
        and not each.specifier.contains(here.get(each.name, str(each.specifier)[2:]))
    }
    assert len(wanted) > 100
    assert apart == {}


def test_actions_are_pinned_where_there_are_any(root):
    used = [
        line
        for place in (root / ".github").rglob("*.y*ml")
        for line in re.findall(r"uses:\s*(\S+)", place.read_text())
    ]
    assert [each for each in used if not re.search(r"@[0-9a-f]{40}$", each)] == []
