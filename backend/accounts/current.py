"""The person who asks, as a route asks for them."""

from typing import Annotated

from fastapi import Depends

from backend.accounts.people import THE_PERSON, Person


def _person() -> Person:
    return THE_PERSON


CurrentPerson = Annotated[Person, Depends(_person)]
