"""A studio, as a Python program uses it. Thin: one method is one request, or a loop of one."""

import os
from types import TracebackType
from typing import Self

from likewise.client.address import find_url
from likewise.client.data import DataMethods
from likewise.client.experiments import ExperimentMethods
from likewise.client.http import Http
from likewise.client.models import ModelMethods
from likewise.client.recipes import RecipeMethods
from likewise.client.runs import RunMethods
from likewise.client.studio import StudioMethods


class Client(
    DataMethods, RecipeMethods, RunMethods, ExperimentMethods, ModelMethods, StudioMethods
):
    """The studio at `url`; by default LIKEWISE_URL, else the one that runs on LIKEWISE_DATA.

    `token` defaults to LIKEWISE_TOKEN; `timeout` is in seconds. Every method raises Unreachable,
    ApiError with the studio's reasons, or Incompatible. A context manager: it closes connections.
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, timeout: float = 30.0
    ) -> None:
        self.url = find_url(url)
        self._http = Http(self.url, token or os.environ.get("LIKEWISE_TOKEN"), timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()
