"""The house itself: the door, settings, workers, webhooks, problems; and an empty project."""

from sqlalchemy import update

from backend.accounts import invitations
from backend.accounts.people import Person, Role
from backend.accounts.tables import Project
from backend.clock import utc_now
from backend.delivering.tables import DeliveryState
from backend.ids import WorkerId
from backend.studio import Studio
from backend.webhooks.tables import WebhookDelivery
from backend.workers import service as workers
from backend.workers.service import Seat
from tests.authorisation.belongings import a_version, one_of_each
from tests.backend.workers.test_workers import CARD, MEASURED
from tests.furnished.places import NEWCOMER, STRANGER, VIEWER, Place

SETTINGS = (
    "account",
    "tokens",
    "hub",
    "notifications",
    "projects",
    "webhooks",
    "people",
    "audit",
)


def an_empty_project(studio: Studio) -> Project:
    with studio.database.writing() as session:
        made = Project(name="Library")
        session.add(made)
        session.flush()
        return made


def furnish(studio: Studio, who: Person) -> list[Place]:
    one_of_each(studio, who, a_version(studio, who, "cats"))
    with studio.database.writing() as session:
        sent = {"state": DeliveryState.DELIVERED, "delivered_at": utc_now()}
        session.execute(update(WebhookDelivery).values(**sent))  # so that nobody is called
        for n in (1, 2):
            process = WorkerId.new()
            seat = Seat(
                host=f"host{n}",
                queue="gpu",
                process_id=process,
                pid=n,
                version="1",
                devices=[CARD | {"uuid": f"GPU-{n}"}],
            )
            workers.register(session, seat)
            workers.beat(session, process, MEASURED)
        workers.quarantine(session, ["GPU-2"], "It gave wrong figures", process)
        _, invitation = invitations.create(session, who, "bob@example.org", Role.MEMBER)
    known = [
        Place(name="glossary", path="/glossary", is_fullest=True),
        Place(name="welcome", path="/welcome", is_fullest=True),
        Place(name="workers", path="/workers", is_fullest=True),
        Place(name="person", path=f"/settings/people/{who.id}", is_fullest=True),
        Place(name="missing", path="/nowhere", status=404, is_fullest=True),
        *(
            Place(name=f"settings-{tab}", path=f"/settings/{tab}", is_fullest=True)
            for tab in SETTINGS
        ),
    ]
    empty = [
        Place(name=f"empty-{name}", path=path, who=NEWCOMER)
        for name, path in {
            "home": "/",
            "data": "/data",
            "runs": "/runs",
            "models": "/models",
            "templates": "/templates",
            "webhooks": "/settings/webhooks",
            "welcome": "/welcome",
        }.items()
    ]
    looking = [
        Place(name=f"viewer-{name}", path=path, who=VIEWER)
        for name, path in {"home": "/", "data": "/data", "runs": "/runs"}.items()
    ]
    forbidden = Place(name="forbidden", path="/settings/audit", who=VIEWER, status=403)
    door = [
        Place(name="sign-in", path="/sign-in", who=STRANGER, is_fullest=True),
        Place(name="claim-used", path="/claim/nothing", who=STRANGER, status=410),
        Place(name="invitation", path=f"/invitation/{invitation}", who=STRANGER, is_fullest=True),
    ]
    return [*known, *empty, *looking, forbidden, *door]
