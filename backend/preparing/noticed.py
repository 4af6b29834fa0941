"""What the studio noticed in a version, as its page shows it: looking, found, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.datasets.findings.finding import Finding, Remedy
from backend.datasets.profile import ColumnProfile, ProfileResult, ProfileSettings
from backend.ids import VersionId
from backend.preparing import profiles
from backend.preparing.reading import Reading
from backend.recipes.mapping_query import to_query
from backend.recipes.schemas import Mapping
from backend.runs.tables import Job


@dataclass(frozen=True, kw_only=True)
class Noticed:
    """The profile that was asked for last, and its job; None where none was asked for.

    `result` is of the last one that is made: it is shown while another look is under way.
    """

    settings: ProfileSettings | None
    job: Job | None
    result: ProfileResult | None
    reading: Reading

    @property
    def is_looking(self) -> bool:
        return self.job is not None and not self.job.status.is_ended

    @property
    def percent(self) -> float | None:
        return (self.job.progress or {}).get("percent") if self.job else None

    @property
    def problem(self) -> dict[str, Any] | None:
        return self.job.problem if self.job and self.job.status.is_ended else None

    @property
    def is_of_other_columns(self) -> bool:
        """Whether the columns have been chosen differently since."""
        return self.result is not None and self.result.mapping != self.reading.mapping

    @cached_property
    def columns(self) -> dict[str, ColumnProfile]:
        return {column.name: column for column in self.result.columns} if self.result else {}

    def finding(self, n: int | None) -> Finding | None:
        findings: Sequence[Finding] = self.result.findings if self.result else ()
        return findings[n] if n is not None and n < len(findings) else None

    def query_after(self, remedy: Remedy) -> str:
        """The columns as they are chosen after a remedy, for an address."""
        chosen = self.reading.mapping
        if remedy.mapping is None or chosen is None:
            return self.reading.chosen.query if self.reading.is_chosen else ""
        return to_query(Mapping.model_validate(chosen.model_dump() | remedy.mapping))


def noticed(session: Session, who: Person, version_id: VersionId, reading: Reading) -> Noticed:
    asked = profiles.newest(session, who, version_id)
    made = profiles.made(session, who, version_id)
    return Noticed(
        settings=ProfileSettings.model_validate(asked.settings) if asked else None,
        job=profiles.with_job(session, asked).job if asked else None,
        result=ProfileResult.model_validate(made[0].result) if made else None,
        reading=reading,
    )


def rows_of(finding: Finding) -> list[int]:
    """Its rows, those that belong together side by side."""
    return list(dict.fromkeys([*(row for group in finding.groups for row in group), *finding.rows]))
