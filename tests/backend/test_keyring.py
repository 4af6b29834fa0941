"""Secrets at rest: sealed in the database, opened by a key that lies elsewhere."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.exc import StatementError

from backend import key_file
from backend.keyring import Keyring, NoKey, Sealed, SealedText, WrongKey
from backend.settings import Settings

FIRST, SECOND, FOREIGN = "first" * 8, "second" * 8, "foreign" * 8


KEPT = Table(
    "kept", MetaData(), Column("id", Integer, primary_key=True), Column("secret", SealedText())
)


@pytest.fixture(autouse=True)
def own_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


def ring(*keys: str) -> Keyring:
    return Keyring(Settings(secret_key=SecretStr(" ".join(keys))))


def test_what_is_sealed_shows_nothing_and_opens_again() -> None:
    sealed = ring(FIRST).seal("hf_canary")
    assert "canary" not in sealed
    assert "canary" not in repr(sealed)
    assert ring(FIRST).open(sealed) == "hf_canary"


def test_the_newest_key_seals_and_each_opens() -> None:
    old = ring(FIRST).seal("hf_canary")
    both = ring(SECOND, FIRST)
    assert both.open(old) == "hf_canary"
    assert not both.is_of_newest(old)
    assert ring(SECOND).open(both.seal("hf_new")) == "hf_new"


def test_a_wrong_key_is_said_in_words() -> None:
    with pytest.raises(WrongKey, match="LIKEWISE_SECRET_KEY"):
        ring(FOREIGN).open(ring(FIRST).seal("hf_canary"))


def test_an_embedded_studio_makes_a_key_of_its_own_that_nobody_else_may_read(
    tmp_path: Path, own_config: Path
) -> None:
    settings = Settings(data=tmp_path / "data")
    sealed = Keyring(settings).seal("hf_canary")
    made = own_config / "likewise" / "secret.keys"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert Keyring(settings).open(sealed) == "hf_canary"
    assert [made] == list(made.parent.iterdir())


def test_two_processes_that_make_the_key_at_once_end_with_the_same(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    assert key_file.make(path) == key_file.make(path)


def test_a_studio_on_postgresql_makes_no_key_that_its_workers_would_not_have() -> None:
    with pytest.raises(NoKey, match="openssl"):
        Keyring(Settings(database_url="postgresql://elsewhere/likewise")).seal("hf_canary")


def test_a_key_in_a_file_of_the_operators_is_used(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"{SECOND}\n{FIRST}\n")
    keyring = Keyring(Settings(secret_key_file=tmp_path / "keys", data=tmp_path / "data"))
    assert keyring.open(ring(FIRST).seal("hf_canary")) == "hf_canary"
    assert ring(SECOND).open(keyring.seal("hf_new")) == "hf_new"


def test_a_weak_key_in_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("password\n")
    with pytest.raises(NoKey, match="32 characters"):
        Keyring(Settings(secret_key_file=tmp_path / "keys")).seal("hf_canary")


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    with pytest.raises(NoKey, match="keys"):
        Keyring(Settings(secret_key_file=tmp_path / "keys")).seal("hf_canary")


def test_keys_in_the_data_folder_weak_keys_and_two_sources_are_refused_at_the_start(
    tmp_path: Path,
) -> None:
    with pytest.raises(ValidationError, match="data folder"):
        Settings(data=tmp_path, secret_key_file=tmp_path / "keys")
    with pytest.raises(ValidationError, match="32 characters"):
        Settings(secret_key=SecretStr("password"))
    with pytest.raises(ValidationError, match="not both"):
        Settings(secret_key=SecretStr(FIRST), secret_key_file=tmp_path / "elsewhere")


def test_a_column_of_secrets_takes_no_open_one() -> None:
    with create_engine("sqlite://").connect() as connection:
        KEPT.create(connection)
        connection.execute(insert(KEPT).values(id=1, secret=ring(FIRST).seal("hf_canary")))
        assert isinstance(connection.scalars(select(KEPT.c.secret)).one(), Sealed)
        with pytest.raises(StatementError, match="must be sealed"):
            connection.execute(insert(KEPT).values(id=2, secret="hf_canary"))
