"""What routes ask for: the studio, and a session.

A request is one transaction. It opens when the body is in, and commits when the route returns,
before the answer leaves: what a client was told is kept.
"""

from collections.abc import Callable, Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from backend.studio import Studio
from backend.web.outgoing import Outgoing


def the_studio(request: Request) -> Studio:
    studio: Studio = request.app.state.studio
    return studio


TheStudio = Annotated[Studio, Depends(the_studio)]


def _the_way_out(request: Request) -> Outgoing:
    way_out: Outgoing = request.app.state.way_out
    return way_out


TheWayOut = Annotated[Outgoing, Depends(_the_way_out)]
"""For requests to addresses that people name. It never leads inside."""


def _reading(studio: TheStudio) -> Iterator[Session]:
    with studio.database.reading() as session:
        yield session


_WITH_THE_ACT = "with_the_act"


def with_the_act(request: Request, do: Callable[[Session], None]) -> None:
    """Have `do` done in the transaction of this request, after its route and before its commit."""
    request.scope["state"].setdefault(_WITH_THE_ACT, []).append(do)


def _writing(request: Request, studio: TheStudio) -> Iterator[Session]:
    with studio.database.writing() as session:
        yield session
        for do in request.scope["state"].get(_WITH_THE_ACT, ()):
            do(session)


ReadSession = Annotated[Session, Depends(_reading, scope="function")]
DbSession = Annotated[Session, Depends(_writing, scope="function")]
