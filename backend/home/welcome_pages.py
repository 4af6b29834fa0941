"""Right after a studio was claimed: the few things that are still to do, and which are done."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead
from backend.accounts.people import Person
from backend.accounts.tables import Invitation
from backend.datasets.tables import DatasetVersion
from backend.hub.tables import HubConnection
from backend.runs.tables import Run
from backend.web.dependencies import ReadSession
from backend.web.languages import to_say
from backend.web.templates import page

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class Step:
    title: str
    why: str
    path: str
    is_done: bool


@router.get("/welcome")
def show(request: Request, who: MayRead, session: ReadSession) -> Response:
    return page(request, "welcome.html", steps=_steps(session, who))


def _steps(session: Session, who: Person) -> list[Step]:
    def is_there(condition: object) -> bool:
        return bool(session.scalar(select(condition)))  # type: ignore[call-overload]  # EXISTS

    return [
        Step(
            title=to_say("Bring data"),
            why=to_say(
                "A table of texts that belong together, such as questions with their answers; or "
                "try with sample text."
            ),
            path="/data",
            is_done=is_there(exists().where(DatasetVersion.project_id == who.project_id)),
        ),
        Step(
            title=to_say("Train a first model"),
            why=to_say(
                "A model says how alike two texts are, and learns that from your "
                "examples. In the end the studio says whether it got better."
            ),
            path="/runs",
            is_done=is_there(exists().where(Run.project_id == who.project_id)),
        ),
        Step(
            title=to_say("Connect your Hugging Face account"),
            why=to_say(
                "A website where data and models are shared. An account is needed to "
                "publish there, and for what is not public."
            ),
            path="/settings/hub",
            is_done=is_there(exists().where(HubConnection.person_id == who.id)),
        ),
        Step(
            title=to_say("Invite people"),
            why=to_say(
                "Into this project, or make another. Only its members see what is in a project."
            ),
            path="/settings/projects",
            is_done=is_there(exists().where(Invitation.project_id == who.project_id)),
        ),
    ]
