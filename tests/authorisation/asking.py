"""One request of the matrix, as one of its people sends it."""

from typing import Any

from tests.authorisation.belongings import Ids
from tests.authorisation.bodies import FILES, FORMS, JSON, filled
from tests.authorisation.matrix import FILLED
from tests.people import BROWSER, House

BROWSING = {"Accept": "text/html"}


def ask(
    home: House, method: str, path: str, headers: dict[str, str], ids: Ids, query: str = ""
) -> Any:
    """The answer to one request about the things of `ids`."""
    key = f"{method} {path}"
    about = {**ids, **_jobs_of(path, ids)}
    sent: dict[str, Any] = {}
    if key in JSON:
        sent["json"] = filled(JSON[key], about)
    if key in FORMS:
        sent["data"] = filled(FORMS[key], about)
    if key in FILES:
        sent["files"] = FILES[key]
    is_page = not path.startswith(("/api/", "/v1/"))
    home.client.cookies.clear()
    return home.client.request(
        method,
        filled(filled(path, FILLED), about) + query,
        headers={**BROWSER, **(BROWSING if is_page else {}), **headers},
        follow_redirects=False,
        **sent,
    )


def _jobs_of(path: str, ids: Ids) -> Ids:
    """The pages of imports and of changes are about jobs of those kinds."""
    kinds = {"/data/imports/": "import_id", "/data/changes/": "change_id"}
    name = next((name for start, name in kinds.items() if path.startswith(start)), "job_id")
    return {"job_id": ids[name]}
