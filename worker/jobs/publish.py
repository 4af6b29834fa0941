"""`python -m worker.jobs.publish FOLDER`: a model to the Hub, exactly as it was previewed.

Whatever request is the last that gets through, a later attempt finds what is there: the repository,
the large files, and the commit itself, by the mark in its description. So there is one commit.
"""

import hashlib
import sys
from pathlib import Path

import httpx2
from huggingface_hub import CommitInfo, CommitOperationAdd, HfApi, snapshot_download
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError
from huggingface_hub.hf_api import RepoFile
from huggingface_hub.utils.tqdm import disable_progress_bars

from backend.hub.access import Access
from backend.problems import Refusal
from backend.proof.schemas import Served
from backend.publishing import errors
from backend.publishing.leaving import CARD
from backend.publishing.leaving_file import LeavingFile
from backend.runs.states import Phase
from backend.storage import sha256_of
from worker.jobs import ending
from worker.jobs.ending import Refused
from worker.jobs.folder import JobFolder
from worker.jobs.hub_access import hub_access
from worker.jobs.insisting import insist
from worker.jobs.lifeline import Lifeline
from worker.jobs.publish_order import RESULT_FILE, Published, PublishOrder
from worker.jobs.reading_progress import ReadingProgress
from worker.jobs.report import Report
from worker.jobs.rows_found import found_rows

MAIN = "main"
_MADE_BY_THE_HUB = frozenset({".gitattributes"})
"""What a repository holds when it is new."""

_CONFLICTS = (409, 412)
_LOOKED_AT_BYTES = 65_536


class Publishing:
    """One publication on its way. Each step looks first at what is there already."""

    def __init__(self, order: PublishOrder, folder: JobFolder, report: Report) -> None:
        self.order, self.folder, self.report = order, folder, report
        self.access: Access = hub_access()
        self.hub = HfApi(endpoint=self.access.hub, token=self.access.token or False)
        self.arrived = folder.path / "arrived"
        self.card = folder.path / CARD
        self.card.write_bytes(order.card.encode())

    def run(self) -> Published:
        """Publish, and compare what lies there. Raises Refused, with what to do."""
        self.report.phase(Phase.PREPARING)
        if self.access.is_offline:
            raise errors.Offline
        self._demand_as_previewed()
        self._demand_no_rows()
        self.report.log(f"{len(self.order.files)} files are as they were previewed")
        published = self._insisted()
        served = self._served()
        self.report.log(served.sentence)
        return published.model_copy(update={"served": served})

    def _insisted(self) -> Published:
        try:
            return insist(self._through, self.report)
        except (Refusal, Refused):
            raise
        except Exception as error:
            if not isinstance(error, httpx2.HTTPError | OSError | RuntimeError):
                raise
            raise errors.refusal_of(error, self.access, self.order.repo) from error

    def _through(self) -> Published:
        """From whatever is there to the commit that has been compared; may be begun again."""
        published = self._proposed() if self.order.as_pull_request else self._committed()
        self.report.log(f"compared with what lies at {published.url}")
        revision = published.commit
        if published.pull_request_url is not None:
            revision = f"refs/pr/{published.pull_request_url.rpartition('/')[2]}"
        self._compare(revision)
        self._download(revision)
        return published

    # ---- before anything leaves

    def _demand_as_previewed(self) -> None:
        for file in self.order.files:
            path = self._path(file)
            if not path.is_file() or sha256_of(path) != file.sha256:
                raise Refused(
                    "changed_since",
                    "The model is no longer what you looked at",
                    f"{file.name} changed since. Nothing was sent. Look at what will leave once "
                    "more, and publish then.",
                )

    def _demand_no_rows(self) -> None:
        """Raises Refused where a text of the data would leave that may not."""
        if self.order.with_samples:
            return
        names = [file.name for file in self.order.files if _may_hold_text(self._path(file))]
        contents = ((name, self._place(name).read_bytes()) for name in names)
        train = self.order.model.train
        uses = zip(train.tables, train.recipe.datasets, strict=True)
        found = found_rows([(one.rows_file, use.mapping.inputs) for one, use in uses], contents)
        if found is not None:
            raise Refused(
                "rows_would_leave",
                "A text of your data would leave",
                f"{found.file} holds “{found.text[:80]}”, which is in the rows of the training. "
                "Nothing was sent. Take it out of the card, or let samples leave, and look again.",
            )

    def _path(self, file: LeavingFile) -> Path:
        return self._place(file.name)

    def _place(self, name: str) -> Path:
        return self.card if name == CARD else self.order.model.model_folder / name

    # ---- on the way

    def _committed(self) -> Published:
        parent = self._parent()
        if parent is None:
            commit = self._ours(MAIN)
            assert commit is not None
            return self._published(commit)
        try:
            return self._published(self._commit(parent).oid)
        except HfHubHTTPError as error:
            if error.response.status_code not in _CONFLICTS:
                raise
            commit = self._ours(MAIN)
            if commit is None:
                raise self._moved() from error
            return self._published(commit)

    def _parent(self) -> str | None:
        """The commit to put ours upon; None where ours is there already.

        Raises Moved where the repository is not what it was when a person looked.
        """
        order = self.order
        try:
            there = self.hub.model_info(order.repo)
        except RepositoryNotFoundError:
            if not order.is_new_repo:
                raise errors.Moved(f"{order.repo} is no longer there.") from None
            self.report.log(f"making the repository {order.repo}")
            self.hub.create_repo(order.repo, private=order.private, exist_ok=True)
            there = self.hub.model_info(order.repo)
        if order.private and not there.private:
            raise errors.Moved(f"{order.repo} is public by now.", "repo_is_public")
        if there.sha == order.parent:
            return there.sha
        names = {file.rfilename for file in there.siblings or ()}
        if order.is_new_repo and names <= _MADE_BY_THE_HUB:
            return there.sha
        if self._ours(MAIN) is None:
            raise self._moved()
        return None

    def _moved(self) -> errors.Moved:
        return errors.Moved(f"Somebody else put a commit into {self.order.repo} meanwhile.")

    def _proposed(self) -> Published:
        for one in self.hub.get_repo_discussions(
            self.order.repo, discussion_type="pull_request", discussion_status="all"
        ):
            if one.title == self.order.title:
                commit = self._ours(f"refs/pr/{one.num}")
                if commit is not None:
                    return self._published(commit, one.num)
        made = self._commit(self.order.parent)
        return self._published(made.oid, made.pr_num)

    def _commit(self, parent: str | None) -> CommitInfo:
        operations = [
            CommitOperationAdd(path_in_repo=file.name, path_or_fileobj=self._path(file))
            for file in self.order.files
        ]
        self.report.log(f"sending {sum(file.size_bytes for file in self.order.files):,} bytes")
        try:
            with ReadingProgress(self.report, [self._path(file) for file in self.order.files]):
                return self.hub.create_commit(
                    self.order.repo,
                    operations,
                    commit_message=self.order.title,
                    commit_description=self.order.mark,
                    revision=MAIN,
                    parent_commit=parent,
                    create_pr=self.order.as_pull_request,
                )
        except HfHubHTTPError:
            raise
        except ValueError as error:  # what the Hub says of a card is told so
            raise errors.Declined(
                "hub_declined", "The Hub doesn’t take this", f"{error} Nothing was published."
            ) from error

    def _ours(self, revision: str) -> str | None:
        """The commit that an attempt of this publication made, if one did."""
        for commit in self.hub.list_repo_commits(self.order.repo, revision=revision):
            if self.order.mark in f"{commit.title}\n{commit.message}":
                return commit.commit_id
        return None

    def _published(self, commit: str, number: int | None = None) -> Published:
        place = f"{self.access.hub}/{self.order.repo}"
        url = f"{place}/commit/{commit}"
        request = f"{place}/discussions/{number}" if number is not None else None
        return Published(commit=commit, url=request or url, pull_request_url=request)

    # ---- what lies there

    def _compare(self, revision: str) -> None:
        """Ask the Hub what it has. Raises Refused where that isn't what was previewed."""
        tree = self.hub.list_repo_tree(self.order.repo, recursive=True, revision=revision)
        there = {entry.path: entry for entry in tree if isinstance(entry, RepoFile)}
        for file in self.order.files:
            if file.name not in there or not self._is_same(file, there[file.name]):
                raise _other(file.name)

    def _is_same(self, file: LeavingFile, there: RepoFile) -> bool:
        if there.lfs is not None:
            return there.lfs.sha256 == file.sha256
        return there.blob_id == _git_hash(self._path(file).read_bytes())

    def _download(self, revision: str) -> None:
        """Fetch it as a stranger would, and look at every byte."""
        arrived = snapshot_download(
            self.order.repo,
            revision=revision,
            local_dir=self.arrived,
            allow_patterns=[file.name for file in self.order.files],
            endpoint=self.access.hub,
            token=self.access.token or False,
        )
        for file in self.order.files:
            path = Path(arrived) / file.name
            if not path.is_file() or sha256_of(path) != file.sha256:
                raise _other(file.name)
        self.report.log("downloaded again: every byte is as it was previewed")

    def _served(self) -> Served:
        """Load what came back from the Hub as a stranger would, beside the model that is here.

        The engine is imported here: what is refused before needs none.
        """
        from worker.engine.model import SentenceTransformer
        from worker.jobs.questions import questions_of
        from worker.jobs.served import served_as_measured

        self.report.phase(Phase.EVALUATING)
        model = SentenceTransformer(str(self.order.model.model_folder), local_files_only=True)
        questions = questions_of(self.order.model, model)
        return served_as_measured(self.arrived, model, questions.asked, questions.measured)


def _other(name: str) -> Refused:
    return Refused(
        "not_as_previewed",
        "The Hub has something else than was previewed",
        f"{name} is not there as it was sent. Look at the repository before anybody uses it.",
    )


def _may_hold_text(path: Path) -> bool:
    """Weights, of whatever format, have zeros at their beginning; no text has."""
    with path.open("rb") as file:
        return b"\0" not in file.read(_LOOKED_AT_BYTES)


def _git_hash(content: bytes) -> str:
    """How git names a file of this content."""
    head = f"blob {len(content)}\0".encode()
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()


def work(folder: JobFolder) -> None:
    """Publish and write where it lies. Raises Refused, with what to do."""
    order = PublishOrder.model_validate(folder.job())
    report = Report(folder.spool)
    disable_progress_bars()
    try:
        published = Publishing(order, folder, report).run()
    except Refusal as refusal:
        problem = refusal.problems[0]
        raise Refused(problem.code, problem.title, problem.detail) from refusal
    text = published.model_dump_json()
    (folder.result / RESULT_FILE).write_text(text, encoding="utf-8")


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: work(folder))


if __name__ == "__main__":
    sys.exit(main())
