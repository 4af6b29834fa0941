"""Say in every problem of a file which file it is: with several, nothing else would tell."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend.problems import BadFile


@contextmanager
def naming(place: str) -> Iterator[None]:
    """Begin the detail of a problem that is raised within by `place`, unless it names it."""
    try:
        yield
    except BadFile as refusal:
        (problem,) = refusal.problems
        if place in problem.detail:
            raise
        raise BadFile(problem.code, problem.title, f"{place}: {problem.detail}") from refusal
