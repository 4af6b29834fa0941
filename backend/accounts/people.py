"""Who asks. Every look-up names them: what isn't theirs isn't there.

In single-user mode one person owns one project, which the first migration makes.
"""

from dataclasses import dataclass

from backend.ids import PersonId, ProjectId


@dataclass(frozen=True, kw_only=True)
class Person:
    id: PersonId
    project_id: ProjectId


THE_PROJECT = ProjectId("proj_00000000000000000000000001")
THE_PERSON = Person(id=PersonId("usr_00000000000000000000000001"), project_id=THE_PROJECT)
