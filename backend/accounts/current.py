"""The person who asks, as a route asks for them: by what they must be allowed to do.

    def cancel(run_id: RunId, who: MayTrain, session: DbSession) -> RunOut: …

Each route names one gate, or is in the table of public ones: see `gates`.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from backend.accounts import audit, refusals
from backend.accounts.audit import Act
from backend.accounts.people import Person, Scope
from backend.problems import Forbidden
from backend.web.dependencies import TheStudio
from backend.web.own_address import path_of


def _person(request: Request) -> Person:
    who: Person = request.state.person  # put there by Admission, before any route
    return who


ThePerson = Annotated[Person, Depends(_person)]
"""Whoever asks, a stranger too: for public routes."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What it takes to come in: a route's dependency. A refusal is written into the audit log."""

    scope: Scope | None = None  # None: it is enough to be signed in
    of_the_studio: bool = False  # one of its administrators, whatever they are in the project
    in_person: bool = False  # signed in, not a program with a token

    def __call__(self, request: Request, who: ThePerson, studio: TheStudio) -> Person:
        """Raises Forbidden."""
        refusal = self._refusal(who)
        if refusal is None:
            return who
        with studio.database.writing() as session:
            target = f"{request.method} {path_of(request)}"
            audit.record(session, who, Act.ADMITTED, target, is_done=False)
        raise refusal

    def _refusal(self, who: Person) -> Forbidden | None:
        if self.scope is not None and not who.may(self.scope):
            return refusals.takes_scope(self.scope)
        if self.of_the_studio and not who.is_administrator:
            return refusals.takes_administrator()
        return refusals.takes_a_person() if self.in_person and who.is_a_program else None

    def __str__(self) -> str:
        asked = {
            str(self.scope): self.scope is not None,
            "studio": self.of_the_studio,
            "in person": self.in_person,
        }
        return ", ".join(word for word, is_asked in asked.items() if is_asked) or "signed in"


GATES: dict[Scope, Gate] = {scope: Gate(scope=scope) for scope in Scope}

MayRead = Annotated[Person, Depends(GATES[Scope.READ])]
MayWrite = Annotated[Person, Depends(GATES[Scope.WRITE])]
MayTrain = Annotated[Person, Depends(GATES[Scope.TRAIN])]
MayPublish = Annotated[Person, Depends(GATES[Scope.PUBLISH])]
MayEmbed = Annotated[Person, Depends(GATES[Scope.EMBED])]
MayAdminister = Annotated[Person, Depends(GATES[Scope.ADMIN])]
"""Of the project they are in: its members, its webhooks."""

MayRunStudio = Annotated[Person, Depends(Gate(scope=Scope.ADMIN, of_the_studio=True))]
"""Of the studio: people, projects, workers, the audit log. Not for a project's own administrator."""

SignedIn = Annotated[Person, Depends(Gate())]
"""Anybody who is known, with whatever scopes: for what is about themselves alone."""

InPerson = Annotated[Person, Depends(Gate(in_person=True))]
"""Somebody with an account who has signed in; no program may act so."""
