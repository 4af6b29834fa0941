"""The studio itself over REST."""

from backend.accounts.current import MayAdminister, MayRead
from backend.rest.route import rest_router
from backend.system import service
from backend.system.schemas import DiagnosticsOut, InfoOut
from backend.web.dependencies import ReadSession, TheStudio

router = rest_router("system", under="/system")


@router.get("/info", operation_id="getSystemInfo")
def info(who: MayRead, studio: TheStudio) -> InfoOut:
    """Which studio this is, and what it takes at most."""
    return service.info(studio)


@router.get("/diagnostics", operation_id="getDiagnostics")
def diagnostics(who: MayAdminister, studio: TheStudio, session: ReadSession) -> DiagnosticsOut:
    """What helps whoever helps you, safe to send: no text, no name and no secret is in it."""
    return service.diagnostics(studio, session)
