"""Rotation of the keys: all secrets are sealed anew, while others write, and after a cut."""

import threading

import pytest
from sqlalchemy import select, update

from backend import rotation
from backend.hub.tables import HubConnection
from backend.ids import PersonId
from backend.keyring import Keyring
from backend.settings import Settings

SECRETS = 60


@pytest.fixture
def own_keys(studio, monkeypatch, tmp_path):
    """A studio that keeps its keys itself, on whatever database."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    keyring = Keyring(Settings(data=tmp_path / "data"))
    keep(studio, keyring, {f"secret {n}" for n in range(SECRETS)})
    return keyring


def keep(studio, keyring, secrets):
    sealed = [keyring.seal(secret) for secret in secrets]
    with studio.database.writing() as session:
        session.add_all(
            HubConnection(
                person_id=PersonId.new(), name="ada", role="read", token=each, last_four=""
            )
            for each in sealed
        )


def opened(studio, keyring):
    with studio.database.reading() as session:
        return {keyring.open(each) for each in session.scalars(select(HubConnection.token))}


def test_a_rotation_seals_all_by_a_new_key_and_the_old_one_can_go(studio, own_keys):
    before = opened(studio, own_keys)
    (old,) = own_keys.known()
    done = rotation.rotate(studio.database, own_keys)
    assert (done.is_new_key, done.sealed_anew, done.unreadable) == (True, SECRETS, ())
    assert rotation.drop_old(studio.database, own_keys) == 1
    assert old not in own_keys.known()
    assert opened(studio, own_keys) == before


def test_a_rotation_that_was_cut_off_is_finished_and_makes_no_further_key(
    studio, own_keys, monkeypatch
):
    begun = 0
    seal = own_keys.seal

    def cut_off(secret):
        nonlocal begun
        begun += 1
        if begun > 55:  # in the sixth batch of ten
            raise KeyboardInterrupt
        return seal(secret)

    with monkeypatch.context() as patched:
        patched.setattr(own_keys, "seal", cut_off)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate(studio.database, own_keys)
    assert rotation.drop_old(studio.database, own_keys) == 0
    done = rotation.rotate(studio.database, own_keys)
    assert (done.is_new_key, done.sealed_anew) == (False, SECRETS - 50)
    assert len(own_keys.known()) == 2
    assert opened(studio, own_keys) == {f"secret {n}" for n in range(SECRETS)}


def test_what_people_change_and_use_during_rotations_is_neither_lost_nor_undone(studio, own_keys):
    (person_id,) = _people(studio)[:1]
    written, failures, stopping = ["secret"], [], threading.Event()

    def change_and_read():
        while not stopping.is_set():
            secret = f"changed {len(written)}"
            sealed = own_keys.seal(secret)
            with studio.database.writing() as session:
                session.execute(
                    update(HubConnection)
                    .where(HubConnection.person_id == person_id)
                    .values(token=sealed)
                )
            written.append(secret)
            if secret not in opened(studio, own_keys):
                failures.append(secret)

    working = threading.Thread(target=change_and_read)
    working.start()
    for _ in range(5):
        rotation.rotate(studio.database, own_keys)
    stopping.set()
    working.join()
    assert len(written) > 1
    assert failures == []
    assert written[-1] in opened(studio, own_keys)
    rotation.rotate(studio.database, own_keys)
    rotation.drop_old(studio.database, own_keys)
    assert len(opened(studio, own_keys)) == SECRETS


def _people(studio):
    with studio.database.reading() as session:
        return list(session.scalars(select(HubConnection.person_id)))


def test_a_secret_that_no_key_opens_is_named_and_the_others_are_sealed_anew(studio, own_keys):
    foreign = Keyring(Settings(secret_key="foreign-" * 5))
    keep(studio, foreign, {"of another studio"})
    done = rotation.rotate(studio.database, own_keys)
    assert (done.is_new_key, done.sealed_anew) == (True, SECRETS)
    assert done.unreadable == ("hub_connections.token",)
    assert rotation.drop_old(studio.database, own_keys) == 1


def test_keys_that_an_operator_set_are_used_and_not_changed(studio):
    old, new = "old-key-" * 5, "new-key-" * 5
    keep(studio, Keyring(Settings(secret_key=old)), {"a secret"})
    both = Keyring(Settings(secret_key=f"{new} {old}"))
    done = rotation.rotate(studio.database, both)
    assert (done.is_new_key, done.sealed_anew) == (False, 1)
    assert opened(studio, Keyring(Settings(secret_key=new))) == {"a secret"}
    assert rotation.drop_old(studio.database, both) == 0
