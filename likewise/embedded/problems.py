"""What can keep an embedded studio from starting.

StartError
├── DataInUse             another one runs on this data folder
├── LastStudioStillEnds   one was killed, and its processes are still busy
├── PortTaken             somebody else listens there
└── ChildFailed           a part of it ended before it was ready
"""

from pathlib import Path

from likewise.embedded.running import Running


class StartError(Exception):
    """The studio couldn't be started; the text says why and what to do."""


class DataInUse(StartError):
    """One data folder, one studio."""

    def __init__(self, data: Path, running: Running | None) -> None:
        self.running = running
        who = f"process {running.pid}, at {running.url}" if running else "it is just starting"
        super().__init__(
            f"A studio already runs on {data} ({who}). Use that one, or give this one a folder of "
            "its own: likewise start --data FOLDER"
        )


class LastStudioStillEnds(StartError):
    """The starter was killed; what it had started still holds its lock."""

    def __init__(self, lock: Path) -> None:
        super().__init__(
            "The studio that ran here before was killed, and some of its processes haven't ended. "
            f"`fuser {lock}` names them; end them with kill, then start again."
        )


class PortTaken(StartError):
    """Another program listens on this port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} of {host} is taken by another program. Choose another: "
            f"likewise start --port {port + 1}"
        )


class ChildFailed(StartError):
    """A part of the studio ended before it was ready."""

    def __init__(self, name: str, status: int, log: Path, last_lines: str) -> None:
        super().__init__(
            f"The {name} ended with status {status} before it was ready. Its last lines, of "
            f"{log}:\n{last_lines}\nIf they don't tell you enough: likewise doctor"
        )


class NotReady(StartError):
    """No part has ended, but in all this time the studio didn't answer."""

    def __init__(self, seconds: float, logs: Path) -> None:
        super().__init__(
            f"The studio didn't answer within {seconds:.0f} s. {logs} holds what its parts say; "
            "if this machine is very busy, try again."
        )
