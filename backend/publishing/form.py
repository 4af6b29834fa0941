"""What a person has entered to publish a model, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from pydantic import ValidationError

from backend.problems import Invalid, Pointer, Problem
from backend.publishing.schemas import PublicationIn
from backend.publishing.tables import Publication

LICENSES: Mapping[str, str] = {
    "apache-2.0": "Apache License 2.0",
    "mit": "MIT",
    "cc-by-4.0": "Creative Commons Attribution 4.0",
    "cc-by-sa-4.0": "Creative Commons Attribution-ShareAlike 4.0",
    "cc-by-nc-4.0": "Creative Commons Attribution-NonCommercial 4.0",
    "cc-by-nc-sa-4.0": "Creative Commons Attribution-NonCommercial-ShareAlike 4.0",
    "cc0-1.0": "Creative Commons Zero 1.0",
    "bsd-3-clause": "BSD 3-Clause",
    "gpl-3.0": "GNU General Public License 3.0",
    "agpl-3.0": "GNU Affero General Public License 3.0",
    "lgpl-3.0": "GNU Lesser General Public License 3.0",
    "mpl-2.0": "Mozilla Public License 2.0",
    "openrail": "OpenRAIL",
    "other": "another one",
}
"""Offered by name; whatever else the Hub knows can be entered."""

_SAY = {
    "repo": ("Name the repository", "It is an owner and a name: ada/support-questions. {}"),
    "license": (
        "Under which licence may it be used?",
        "Enter the Hub's short name of one, such as apache-2.0, or other. {}",
    ),
    "languages": (
        "Which languages is it for?",
        "Enter ISO codes with commas between, such as en, de; or multilingual. {}",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Form:
    """As it was entered; `languages` with commas between."""

    repo: str = ""
    license: str = ""
    languages: str = ""
    visibility: str = "private"
    way: str = "commit"
    with_samples: bool = False

    @classmethod
    def as_before(cls, found: Publication) -> Self:
        return cls(
            repo=found.repo,
            license=found.license,
            languages=", ".join(found.languages),
            visibility="private" if found.private else "public",
            way="pull_request" if found.as_pull_request else "commit",
            with_samples=found.with_samples,
        )

    def under(self, repo: str) -> Self:
        return replace(self, repo=repo)

    def read(self) -> PublicationIn:
        """Raises Invalid, with a problem for each thing that can't be."""
        languages = [word for word in self.languages.replace(",", " ").split() if word]
        try:
            return PublicationIn(
                repo=self.repo.strip(),
                license=self.license.strip().lower(),
                languages=languages,
                private=self.visibility != "public",
                as_pull_request=self.way == "pull_request",
                with_samples=self.with_samples,
            )
        except ValidationError as error:
            raise Invalid(*_problems(error)) from error


def _problems(error: ValidationError) -> list[Problem]:
    """One for each field, in the words of whoever fills in the form."""
    said: dict[str, str] = {}
    for fault in error.errors():
        own = fault["msg"].removeprefix("Value error, ")
        said.setdefault(str(fault["loc"][0]), own if fault["type"] == "value_error" else "")
    return [
        Problem(
            code="wrong_value",
            title=_SAY[name][0],
            detail=_SAY[name][1].format(more).strip(),
            at=Pointer("") / name,
        )
        for name, more in said.items()
    ]
