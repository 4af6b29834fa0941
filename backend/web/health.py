"""Is the process alive, and can it do its work? For supervisors and load balancers."""

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend.web.dependencies import TheStudio

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    """Each part by name: true where it answers. `ready` is what the studio can't do without."""

    ready: bool
    database: bool
    broker: bool


@router.get("/livez", operation_id="isAlive")
def livez() -> dict[str, bool]:
    """Alive: the process answers. Restart it where this doesn't come."""
    return {"alive": True}


@router.get("/readyz", operation_id="isReady", responses={503: {"model": Readiness}})
def readyz(studio: TheStudio, response: Response) -> Readiness:
    """Ready without a broker too: runs then wait in the database until it is back."""
    try:
        with studio.database.reading() as session:
            session.execute(text("SELECT 1"))
        database = True
    except SQLAlchemyError:
        database = False
    response.status_code = 200 if database else 503
    return Readiness(ready=database, database=database, broker=studio.broker.is_there())
