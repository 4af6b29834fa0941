"""The process that `apart.py` starts: reads one file in bounded memory, and answers in JSON.

Arguments: format, path, the owner's name for the file, place, most bytes of values, most rows at a
time.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backend.datasets import facts
from backend.datasets.reading.detect import Format
from backend.datasets.reading.limits import MOST_MEMORY_BYTES, MOST_MEMORY_FOR_SIZE_BYTES
from backend.datasets.reading.one import read_as
from backend.problems import BadFile

OUT_OF_MEMORY = 3
_STATUS = Path("/proc/self/status")


def bound_memory(more_bytes: int) -> None:
    """Refuse this process any memory above what it has now and `more_bytes`; Linux alone heeds it."""
    if not _STATUS.exists():
        return
    has = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmData"))
    limit = int(has.split()[1]) * 1024 + more_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def memory_for(form: Format, path: Path) -> int:
    """JSON gets no more for its size: Python reads it in pieces, or refuses it."""
    if form is Format.JSON:
        return MOST_MEMORY_BYTES
    return MOST_MEMORY_BYTES + min(2 * path.stat().st_size, MOST_MEMORY_FOR_SIZE_BYTES)


def main() -> None:
    form, path, file_name, place = sys.argv[1:5]
    most_bytes, most_rows = map(int, sys.argv[5:])
    bound_memory(memory_for(Format(form), Path(path)))
    answer: dict[str, Any]
    try:
        table = read_as(Format(form), Path(path), file_name, Path(place), most_bytes, most_rows)
    except BadFile as refusal:
        (problem,) = refusal.problems
        answer = {"problem": {k: asdict(problem)[k] for k in ("code", "title", "detail")}}
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    except RuntimeError as error:
        if "can't start new thread" not in str(error):
            raise
        sys.exit(OUT_OF_MEMORY)  # its stack found no room
    except OSError as error:  # of the disk that is written to; those of the file are problems
        answer = {"os_error": (error.errno, error.strerror)}
    else:
        answer = {
            "facts": facts.to_json(table.written.facts),
            "content_hash": table.written.content_hash,
            "found": table.found,
        }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
