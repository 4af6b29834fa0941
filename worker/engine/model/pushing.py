"""A model on its way to the Hub: saved to a folder, then one commit, all of it or nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from huggingface_hub import CommitInfo, HfApi
from huggingface_hub.errors import HfHubHTTPError

from worker.engine.renamed_arguments import save_to_hub_args_decorator

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

ADVICE = {
    401: "The Hub doesn't know this token. Sign in with `hf auth login`, or give another `token`.",
    403: "This token may not write there. Give one with write access, or another `repo_id`.",
    404: "The Hub shows no such repository to this token. Check `repo_id` and the token's access.",
    409: "There is such a repository already. Give exist_ok=True to add to it.",
}
"""What to do about the Hub's answers."""

OPENED = """This pull request adds {name} to {repo}, saved for Sentence Transformers.

Try it before you merge:

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("{repo}", revision="refs/pr/2")  # the number of this pull request
print(model.encode(["The weather is lovely today."]).shape)
```

What it is built of:

```
{model}
```"""


def push_to_hub(
    self: "SentenceTransformer",
    repo_id: str,
    token: str | None = None,
    private: bool | None = None,
    safe_serialization: bool = True,
    commit_message: str | None = None,
    local_model_path: str | None = None,
    exist_ok: bool = False,
    replace_model_card: bool = False,
    train_datasets: list[str] | None = None,
    revision: str | None = None,
    create_pr: bool = False,
) -> str:
    """Put the model, or the folder `local_model_path`, on the Hub; gives the commit's address.

    The repository is made if it isn't there, the branch `revision` too; `create_pr` opens a pull
    request instead, whose address it gives. A README that is there stays unless
    `replace_model_card`.
    Raises HfHubHTTPError with a note on what to do; without `exist_ok`, for one that is there too.
    """
    api = HfApi(token=checked(token))
    with advised():
        repo = api.create_repo(repo_id, private=private, exist_ok=exist_ok or create_pr).repo_id
        if revision is not None:
            api.create_branch(repo, branch=revision, exist_ok=True)
        keeps_card = not replace_model_card and api.file_exists(
            repo, "README.md", revision=revision
        )
    self.model_card_data.set_model_id(repo)
    with tempfile.TemporaryDirectory() as folder:
        if local_model_path is None:
            self.save_pretrained(
                folder,
                create_model_card=not keeps_card,
                train_datasets=train_datasets,
                safe_serialization=safe_serialization,
            )
        with advised():
            commit: CommitInfo = api.upload_folder(
                repo_id=repo,
                folder_path=local_model_path or folder,
                commit_message=commit_message or f"Add new {type(self).__name__} model",
                commit_description=_description(self, repo) if create_pr else None,
                ignore_patterns=["README.md"] if keeps_card else None,
                revision=revision,
                create_pr=create_pr,
            )
    return str(commit.pr_url if create_pr else commit.commit_url)


@save_to_hub_args_decorator
def save_to_hub(
    self: "SentenceTransformer",
    repo_id: str,
    organization: str | None = None,
    token: str | None = None,
    private: bool | None = None,
    safe_serialization: bool = True,
    commit_message: str = "Add new model.",
    local_model_path: str | None = None,
    exist_ok: bool = False,
    replace_model_card: bool = False,
    train_datasets: list[str] | None = None,
) -> str:
    """`push_to_hub`, as it was called before version 3; `organization` is put before the name.

    Raises ValueError where `repo_id` names another owner already.
    """
    owner = repo_id.rpartition("/")[0]
    if organization and owner not in ("", organization):
        raise ValueError(f"repo_id is {owner}'s and organization is {organization}: give one.")
    return push_to_hub(
        self,
        f"{organization}/{repo_id}" if organization and not owner else repo_id,
        token=token,
        private=private,
        safe_serialization=safe_serialization,
        commit_message=commit_message,
        local_model_path=local_model_path,
        exist_ok=exist_ok,
        replace_model_card=replace_model_card,
        train_datasets=train_datasets,
    )


def checked(token: str | None) -> str | None:
    """`token`, if it can be sent. Else ValueError, whose text doesn't hold it: what would fail to
    send it says it aloud."""
    if token is not None and (not token.isascii() or any(c.isspace() for c in token) or not token):
        raise ValueError(
            "The token holds characters that no token has, a space or line break for one. "
            "Copy it again."
        )
    return token


@contextmanager
def advised() -> Iterator[None]:
    """Add to an error of the Hub what to do about it."""
    try:
        yield
    except HfHubHTTPError as error:
        status = getattr(error.response, "status_code", None)
        if status in ADVICE:
            error.add_note(ADVICE[status])
        raise


def _description(model: "SentenceTransformer", repo: str) -> str:
    return OPENED.format(name=type(model).__name__, repo=repo, model=model)
