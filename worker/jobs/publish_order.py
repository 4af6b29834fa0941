"""What a publication is told by its supervisor, and what it leaves."""

from pydantic import BaseModel

from backend.proof.schemas import Served
from backend.publishing.leaving_file import LeavingFile
from worker.jobs.model_order import ModelOrder

RESULT_FILE = "result.json"


class PublishOrder(BaseModel):
    """What a person was shown, as it was frozen: the files, the card, and what the repository was
    then. `title` is the commit's."""

    publication_id: str
    repo: str
    private: bool
    as_pull_request: bool
    with_samples: bool
    files: list[LeavingFile]
    card: str
    is_new_repo: bool
    parent: str | None
    title: str
    model: ModelOrder

    @property
    def mark(self) -> str:
        """By which the commit of this publication is known again, whichever attempt made it."""
        return f"Likewise-Publication: {self.publication_id}"


class Published(BaseModel):
    """Where it lies. `served` is how it compared when it was loaded from there."""

    commit: str
    url: str
    pull_request_url: str | None = None
    served: Served | None = None
