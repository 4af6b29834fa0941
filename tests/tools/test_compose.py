"""The Compose files describe a studio that starts in order and hides its secrets and ports."""

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
OURS = {"server", "worker-gpu", "worker-cpu", "trainer-cpu", "embedder"}
STORES = {"db", "queue"}
PROXY = "https"
FURTHER_TEXT = (ROOT / "docker-compose.worker.yml").read_text()
FURTHER = yaml.safe_load(FURTHER_TEXT)["services"]  # on another host
OF_OURS = {
    **{name: SERVICES[name] for name in OURS},
    **{f"further {n}": s for n, s in FURTHER.items()},
}
SECRET = re.compile("PASSWORD|SECRET|TOKEN")


def test_it_keeps_to_the_compose_specification():
    schema = ["--builtin-schema", "vendor.compose-spec"]
    files = ["docker-compose.yml", "docker-compose.worker.yml"]
    subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, *files], cwd=ROOT, check=True
    )


def test_it_has_the_rooms_of_the_design():
    assert set(SERVICES) == OURS | STORES | {PROXY}


def test_one_of_two_trainers_is_chosen_and_nothing_waits_for_what_is_not():
    profiles = {
        name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service
    }
    assert profiles == {"worker-gpu": ["gpu"], "trainer-cpu": ["cpu"], PROXY: ["https"]}
    waited_for = {name for each in SERVICES.values() for name in each.get("depends_on", {})}
    assert waited_for.isdisjoint(profiles)
    assert "\nCOMPOSE_PROFILES=gpu\n" in (ROOT / ".env.example").read_text()


@pytest.mark.parametrize("text", [TEXT, FURTHER_TEXT], ids=["studio", "further host"])
def test_no_secret_has_a_default(text):
    asked = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|TOKEN)\w*)([^\s}]*)", text)
    assert asked
    assert all(rest.startswith(":?") for _, rest in asked)
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert all(value == "" for name, value in example.items() if SECRET.search(name))


def test_the_example_names_every_setting_without_a_default():
    example = (ROOT / ".env.example").read_text()
    wanted = re.findall(r"\$\{(\w+):\?", TEXT + FURTHER_TEXT)
    assert all(re.search(rf"^(# )?{name}=", example, re.MULTILINE) for name in wanted)


def test_only_the_server_is_published_and_only_on_loopback_but_for_who_speaks_https():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"server", PROXY}
    assert all(port.startswith("127.0.0.1:") for port in published["server"])
    assert SERVICES[PROXY]["networks"] == ["outside"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_whoever_is_waited_for_says_when_it_is_ready(name):
    conditions = SERVICES[name].get("depends_on", {}).values()
    assert all(condition == {"condition": "service_healthy"} for condition in conditions)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_says_whether_it_is_well(name):
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("name", sorted(OF_OURS))
def test_our_containers_may_do_little(name):
    service = OF_OURS[name]
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
    for service in OF_OURS.values():
        assert "\nUSER 10001:10001\n" in ends[service["build"]["target"]]


def test_a_worker_of_a_further_host_is_the_studio_s_own():
    """The same but for where things are: so that what is changed for one is not forgotten there."""
    here, there = SERVICES["worker-gpu"], FURTHER["worker-gpu"]
    apart = {"networks", "network_mode", "depends_on", "profiles", "environment", "volumes"}
    assert {k: v for k, v in there.items() if k not in apart} == {
        k: v for k, v in here.items() if k not in apart
    }
    assert there["environment"].keys() - {"LIKEWISE_OWN_ADDRESS"} <= here["environment"].keys()


def test_the_dockerfile_names_no_secret():
    assert not SECRET.search((ROOT / "Dockerfile").read_text())
