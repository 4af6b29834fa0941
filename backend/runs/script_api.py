"""A run as a plain script, over REST."""

from typing import Any

from fastapi import Response
from fastapi.responses import StreamingResponse

from backend.accounts.current import MayRead
from backend.ids import RunId
from backend.rest.route import rest_router
from backend.runs import script
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.headers import attached

router = rest_router("runs")


def _a(kind: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {kind: {"schema": {"type": "string"}}}}}


@router.get(
    "/runs/{run_id}/script",
    operation_id="getRunScript",
    response_class=Response,
    responses=_a("text/x-python"),
)
def get(run_id: RunId, who: MayRead, session: ReadSession) -> Response:
    """The run as a Python script that needs `sentence-transformers` alone, and the rows of
    `script.zip` beside it."""
    text = script.source(session, who, run_id)
    headers = attached(f"{run_id}.py")
    return Response(text, media_type="text/x-python; charset=utf-8", headers=headers)


@router.get(
    "/runs/{run_id}/script.zip",
    operation_id="downloadRunScript",
    response_class=StreamingResponse,
    responses=_a("application/zip"),
)
def download(run_id: RunId, who: MayRead, studio: TheStudio) -> StreamingResponse:
    """The script with its rows, divided and mapped as the run was trained: unpack, and run it."""
    pieces = script.archive(studio, who, run_id)
    headers = attached(f"{run_id}-script.zip")
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)
