"""docker-compose.yml describes a studio that starts in order and hides its secrets and ports."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = {"server", "worker-gpu", "worker-cpu", "embedder"}
STORES = {"db", "queue"}
SECRET = re.compile("PASSWORD|SECRET|TOKEN")


def test_it_keeps_to_the_compose_specification():
    schema = ["--builtin-schema", "vendor.compose-spec"]
    subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, "docker-compose.yml"],
        cwd=ROOT,
        check=True,
    )


def test_it_has_the_rooms_of_the_design():
    assert set(SERVICES) == OURS | STORES


def test_no_secret_has_a_default():
    asked = re.findall(r"\$\{(\w+)(\S*)", TEXT)
    assert {name for name, _ in asked if SECRET.search(name)}
    assert all(rest.startswith(":?") for name, rest in asked if SECRET.search(name))
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert all(value == "" for name, value in example.items() if SECRET.search(name))


def test_the_example_names_every_setting_without_a_default():
    example = (ROOT / ".env.example").read_text()
    assert all(f"\n{name}=" in example for name in re.findall(r"\$\{(\w+):\?", TEXT))


def test_only_the_server_is_published_and_only_on_loopback():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(published) == ["server"]
    assert all(port.startswith("127.0.0.1:") for port in published["server"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_whoever_is_waited_for_says_when_it_is_ready(name):
    conditions = SERVICES[name].get("depends_on", {}).values()
    assert all(condition == {"condition": "service_healthy"} for condition in conditions)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_says_whether_it_is_well(name):
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_may_do_little(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(STORES))
def test_stores_cannot_be_reached_from_elsewhere(name):
    assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_a_worker_has_time_for_a_checkpoint():
    assert SERVICES["worker-gpu"]["stop_grace_period"] == "120s"


def test_every_image_of_ours_is_a_stage_of_the_dockerfile_that_is_not_root():
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    ends = {stage.split("\n")[0].split(" AS ")[-1]: stage for stage in stages[1:]}
    for name in OURS:
        assert "\nUSER 10001:10001\n" in ends[SERVICES[name]["build"]["target"]]


def test_the_dockerfile_names_no_secret():
    assert not SECRET.search((ROOT / "Dockerfile").read_text())
