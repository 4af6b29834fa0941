"""What is taken away, and whom the studio calls, is written down; never what would let one in."""

import pytest
from sqlalchemy import select

from backend.accounts.tables import AuditEntry
from tests.backend.test_deleting import end_jobs
from tests.runs import trainings

HOOK = "https://93.184.215.14/hook/s3cr3t-of-the-path"


@pytest.fixture
def log(studio):
    """What the log says: acts and their details, the oldest first."""

    def read():
        with studio.database.reading() as session:
            entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            return [(entry.act, entry.target, entry.details) for entry in entries]

    return read


def test_a_webhook_is_written_down_by_its_host_alone(api, log):
    endpoint = api.post("webhook-endpoints", json={"url": HOOK}).json()
    place = f"webhook-endpoints/{endpoint['id']}"
    api.patch(place, json={"description": "chat"})
    api.post(f"{place}/rotate-secret")
    assert api.delete(place).status_code == 204
    acts = ["webhook created", "webhook changed", "webhook secret renewed", "webhook removed"]
    assert log() == [(act, endpoint["id"], {"host": "93.184.215.14"}) for act in acts]


def test_what_is_deleted_is_written_down_and_what_is_refused_is_not(api, studio, log):
    version = trainings.upload(api, trainings.pairs_csv())
    run = trainings.start(api, trainings.recipe_for(api, version["id"]))
    assert api.delete(f"runs/{run['id']}").status_code == 409
    assert log() == []
    api.post(f"runs/{run['id']}/cancel")
    assert api.delete(f"runs/{run['id']}").status_code == 204
    end_jobs(studio)
    assert api.delete(f"datasets/{version['dataset_id']}").status_code == 204
    assert [(act, target) for act, target, _ in log()] == [
        ("run deleted", run["id"]),
        ("dataset deleted", version["dataset_id"]),
    ]
