"""What routes ask for: the studio, and a session.

A request is one transaction. It opens when the body is in, and commits when the route returns,
before the answer leaves: what a client was told is kept.
"""

from collections.abc import Iterator
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


def _writing(studio: TheStudio) -> Iterator[Session]:
    with studio.database.writing() as session:
        yield session


ReadSession = Annotated[Session, Depends(_reading, scope="function")]
DbSession = Annotated[Session, Depends(_writing, scope="function")]
