"""`likewise init` writes what the Compose file asks for, once, and for one person's eyes."""

import re
import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values
from typer.testing import CliRunner

from backend.settings import Settings
from likewise.cli.app import app
from tests.tools.test_compose import SERVICES, TEXT


def init(*arguments: str):
    return CliRunner().invoke(app, ["init", *arguments])


def test_what_it_writes_is_all_that_the_compose_file_demands(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert init("--to", str(file), "--port", "8123").exit_code == 0
    written = dotenv_values(file)
    assert {name for name, value in written.items() if value} >= set(
        re.findall(r"\$\{(\w+):\?", TEXT)
    )
    assert written["LIKEWISE_PUBLISHED_PORT"] == "8123"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(set(written.values())) == len(written)


@pytest.mark.parametrize(
    ("asked", "profiles"),
    [
        ((), "gpu"),
        (("--cpu",), "cpu"),
        (("--cpu", "--https", "--url", "https://studio.example.org"), "cpu,https"),
    ],
)
def test_what_trains_and_who_speaks_https_are_profiles_that_there_are(
    tmp_path: Path, asked: tuple[str, ...], profiles: str
) -> None:
    file = tmp_path / ".env"
    assert init("--to", str(file), *asked).exit_code == 0
    assert dotenv_values(file)["COMPOSE_PROFILES"] == profiles
    known = {name for service in SERVICES.values() for name in service.get("profiles", ())}
    assert known.issuperset(profiles.split(","))


def test_https_without_an_address_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert init("--to", str(file), "--https").exit_code == 2
    assert not file.exists()


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LIKEWISE_SECRET_KEY=in use")
    answer = init("--to", str(file))
    assert answer.exit_code == 3
    assert "Move it away first" in answer.stderr
    assert file.read_text() == "LIKEWISE_SECRET_KEY=in use"


def test_behind_a_proxy_its_settings_are_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    assert init("--to", str(file), "--url", "https://studio.example.org").exit_code == 0
    for name, value in dotenv_values(file).items():
        monkeypatch.setenv(name, value or "")
    settings = Settings(data=tmp_path)
    assert settings.allowed_hosts == ["studio.example.org"]
    assert settings.public_url == "https://studio.example.org"


@pytest.mark.parametrize("url", ["http://studio.example.org", "studio", "https://a.org/studio"])
def test_an_address_that_browsers_could_not_use_is_refused(tmp_path: Path, url: str) -> None:
    file = tmp_path / ".env"
    assert init("--to", str(file), "--url", url).exit_code == 2
    assert not file.exists()
