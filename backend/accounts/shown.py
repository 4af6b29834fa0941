"""What every page shows of whoever looks at it: their project, what they may do, their settings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from backend.accounts.people import Person, Scope
from backend.accounts.tables import Membership, Project
from backend.ids import ProjectId
from backend.studio import Studio
from backend.web.settings_tabs import TABS, Tab


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What a page may offer. A button that would be refused is not shown."""

    read: bool = True
    write: bool = True
    train: bool = True
    publish: bool = True
    admin: bool = True
    run_studio: bool = True

    @classmethod
    def of(cls, who: Person) -> "Rights":
        return cls(
            read=who.may(Scope.READ),
            write=who.may(Scope.WRITE),
            train=who.may(Scope.TRAIN),
            publish=who.may(Scope.PUBLISH),
            admin=who.may(Scope.ADMIN),
            run_studio=who.is_administrator,
        )


@dataclass(frozen=True, kw_only=True)
class Shown:
    """`who` is None for strangers. `projects` are those that they can be in."""

    may: Rights
    who: Person | None = None
    has_accounts: bool = False
    projects: Sequence[tuple[ProjectId, str]] = ()
    tabs: Sequence[Tab] = field(default=())

    @property
    def project_name(self) -> str:
        here = self.who.project_id if self.who else None
        return next((name for project_id, name in self.projects if project_id == here), "")


def shown_to(studio: Studio, request: Request) -> dict[str, Any]:
    """For `backend.web.templates.page`: the names `frame` and `may`."""
    shown = _shown(studio, getattr(request.state, "person", None))
    return {"frame": shown, "may": shown.may}


def _shown(studio: Studio, who: Person | None) -> Shown:
    has_accounts = studio.settings.auth != "none"
    if who is None or not who.is_known:
        return Shown(may=Rights.of(who) if who else Rights(), has_accounts=has_accounts)
    may = Rights.of(who)
    tabs = [
        tab
        for tab in TABS
        if (has_accounts or not tab.needs_accounts)
        and (tab.takes is None or getattr(may, tab.takes))
    ]
    return Shown(
        may=may,
        who=who,
        has_accounts=has_accounts,
        projects=_projects(studio, who) if has_accounts else (),
        tabs=tabs,
    )


def _projects(studio: Studio, who: Person) -> list[tuple[ProjectId, str]]:
    query = (
        select(Project.id, Project.name)
        .join(Membership, Membership.project_id == Project.id)
        .where(Membership.user_id == who.id)
        .order_by(Project.name)
    )
    try:
        with studio.database.reading() as session:
            return [(project_id, name) for project_id, name in session.execute(query)]
    except SQLAlchemyError:  # the page that says that the database is away can't ask it
        return []
