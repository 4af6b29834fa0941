"""The person who asks, as a route asks for them: by what they must be allowed to do.

    def cancel(run_id: RunId, who: MayTrain, session: DbSession) -> RunOut: …

Each route names one of these, or is in the table of public ones: see `gates`.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends

from backend.accounts.people import THE_PERSON, Person, Scope
from backend.problems import Forbidden


def _person() -> Person:
    return THE_PERSON


def _gate(scope: Scope) -> Callable[..., Person]:
    def let_in(who: Annotated[Person, Depends(_person)]) -> Person:
        if not who.may(scope):
            raise Forbidden(scope)
        return who

    return let_in


GATES: dict[Scope, Callable[..., Person]] = {scope: _gate(scope) for scope in Scope}

MayRead = Annotated[Person, Depends(GATES[Scope.READ])]
MayWrite = Annotated[Person, Depends(GATES[Scope.WRITE])]
MayTrain = Annotated[Person, Depends(GATES[Scope.TRAIN])]
MayPublish = Annotated[Person, Depends(GATES[Scope.PUBLISH])]
MayEmbed = Annotated[Person, Depends(GATES[Scope.EMBED])]
MayAdminister = Annotated[Person, Depends(GATES[Scope.ADMIN])]
