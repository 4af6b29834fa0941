"""One of each kind of thing, in one project: what a route's path can name."""

from datetime import timedelta

import pyarrow as pa
from sqlalchemy.orm import Session

from backend.accounts import secret_texts
from backend.accounts.people import Person, Role
from backend.accounts.tables import ApiToken, Invitation
from backend.clock import utc_now
from backend.cookbook.tables import KeptRecipe
from backend.datasets import service
from backend.datasets.incoming import workplace
from backend.datasets.tables import Upload
from backend.experiments.tables import Experiment, ExperimentStatus
from backend.ids import (
    DatasetId,
    DestinationId,
    ExperimentId,
    InvitationId,
    JobId,
    ModelId,
    PersonId,
    ProjectId,
    PublicationId,
    RecipeId,
    RunId,
    SessionId,
    ShareId,
    TokenId,
    UploadId,
    VersionId,
    WebhookDeliveryId,
    WebhookEndpointId,
    WorkerId,
)
from backend.keyring import Sealed
from backend.models.tables import Model
from backend.notifications.tables import NotificationDestination, Way
from backend.preparing.uploads_folder import UploadFolder
from backend.publishing.leaving import text_hash
from backend.publishing.tables import Publication
from backend.runs import jobs
from backend.runs.states import JobKind
from backend.runs.tables import Run
from backend.sharing.tables import RunShare
from backend.studio import Studio
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint
from tests.authorisation import bodies
from tests.authorisation.bodies import filled
from tests.runs.test_live import RECIPE

Ids = dict[str, str]


MISSING: Ids = {
    "version_id": VersionId.new(),
    "dataset_id": DatasetId.new(),
    "upload_id": UploadId.new(),
    "run_id": RunId.new(),
    "job_id": JobId.new(),
    "import_id": JobId.new(),
    "change_id": JobId.new(),
    "project_id": ProjectId.new(),
    "model_id": ModelId.new(),
    "publication_id": PublicationId.new(),
    "recipe_id": RecipeId.new(),
    "experiment_id": ExperimentId.new(),
    "invitation_id": InvitationId.new(),
    "token_id": TokenId.new(),
    "endpoint_id": WebhookEndpointId.new(),
    "delivery_id": WebhookDeliveryId.new(),
    "destination_id": DestinationId.new(),
    "user_id": PersonId.new(),
    "worker_id": WorkerId.new(),
    "session_id": SessionId.new(),
    "share_id": ShareId.new(),
}
"""Ids of nothing, by the name that a path gives them."""


def one_of_each(studio: Studio, who: Person, version: Ids) -> Ids:
    """New things in the project of `who`, and their ids; `version` is what costs time to make."""
    sealed = studio.keyring.seal("whsec_dGVzdA==")
    with studio.database.writing() as session:
        made = {
            "project_id": who.project_id,
            **version,
            **_rows(studio, session, who, version["version_id"], sealed),
        }
    with workplace(studio.settings) as folder:
        (folder / "README.md").write_text("a model")
        studio.storage.put_folder(folder, f"models/{made['run_id']}")
    UploadFolder(studio.settings, UploadId(made["upload_id"])).create(3)
    return made


def a_version(studio: Studio, who: Person, text: str) -> Ids:
    """Data: it costs time to make, so a project has one for all, where it isn't deleted."""
    table = pa.table({"question": [f"{text} {n}?" for n in range(9)], "answer": [text] * 9})
    made = service.import_table(studio, who, table, text, {"kind": "test"})
    return {"version_id": made.version.id, "dataset_id": made.version.dataset_id}


def _rows(studio: Studio, session: Session, who: Person, version_id: str, sealed: Sealed) -> Ids:
    job = jobs.enqueue(session, who, studio.broker, JobKind.TRAIN, {})
    recipe = filled(bodies.RECIPE, {"version_id": version_id})
    run = Run(project_id=who.project_id, job_id=job.id, name="r", recipe=recipe, job=job)
    session.add(run)
    session.flush()
    imported = jobs.enqueue(
        session, who, studio.broker, JobKind.IMPORT, {"storage": {"url": "s3://x"}}
    )
    steps = {"version_id": version_id, "operations": [{"name": "drop_duplicates"}], "name": None}
    changed = jobs.enqueue(session, who, studio.broker, JobKind.CONVERT, steps)
    jobs.cancel(session, job, studio.broker)
    things = {
        "model_id": Model(
            project_id=who.project_id,
            run_id=run.id,
            name="m",
            base_model="x/y",
            folder=f"models/{run.id}",
            size_bytes=1,
            files=[],
        ),
        "upload_id": Upload(
            project_id=who.project_id, file_name="a.csv", size_bytes=3, part_bytes=8
        ),
        "experiment_id": Experiment(
            project_id=who.project_id,
            person_id=who.id,
            name="e",
            recipe=recipe | {"evaluators": [{"name": "InformationRetrievalEvaluator"}]},
            space=[{"path": "arguments.learning_rate", "low": 1e-5, "high": 1e-4}],
            trials=2,
            at_once=1,
            status=ExperimentStatus.CANCELLED,  # nothing is to be trained
        ),
        "recipe_id": KeptRecipe(project_id=who.project_id, name="k", recipe=RECIPE),
        "invitation_id": Invitation(
            digest=secret_texts.digest(secret_texts.new_secret(32)),
            email="new@example.org",
            project_id=who.project_id,
            role=Role.VIEWER,
            invited_by=who.id,
            expires_at=utc_now() + timedelta(1),
        ),
        "token_id": ApiToken(
            digest=secret_texts.digest(secret_texts.new_secret(32)),
            starts_with="lw_",
            user_id=who.id,
            project_id=who.project_id,
            name="t",
            scopes=["read"],
        ),
        "destination_id": NotificationDestination(
            person_id=who.id,
            way=Way.APPRISE,
            service="JSON",
            target=sealed,  # no service that one is called by
            shown="jsons://…",
        ),
        "share_id": RunShare(
            project_id=who.project_id,
            run_id=run.id,
            digest=secret_texts.digest(secret_texts.new_secret(32)),
            made_by=who.id,
            expires_at=utc_now() + timedelta(1),
        ),
        "endpoint_id": WebhookEndpoint(
            project_id=who.project_id,
            url="https://example.org/",
            types=[],
            is_enabled=False,  # nobody is called
            secret=sealed,
        ),
    }
    session.add_all(things.values())
    session.flush()
    delivery = WebhookDelivery(
        project_id=who.project_id,
        endpoint_id=things["endpoint_id"].id,
        type="webhook.test",
        body="{}",
    )
    publication = Publication(
        project_id=who.project_id,
        model_id=things["model_id"].id,
        repo="ada/m",
        private=True,
        as_pull_request=False,
        with_samples=False,
        license="mit",
        languages=["en"],
        files=[],
        size_bytes=0,
        card="a card",
        card_source=text_hash("a model"),
        is_new_repo=True,
        replaces=[],
    )
    session.add_all((delivery, publication))
    session.flush()
    return {
        **{name: thing.id for name, thing in things.items()},
        "run_id": run.id,
        "job_id": job.id,
        "import_id": imported.id,
        "change_id": changed.id,
        "delivery_id": delivery.id,
        "publication_id": publication.id,
    }
