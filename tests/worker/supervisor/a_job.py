"""A job for tests of spares: says what it was told, then ends as its folder says."""

import os
import sys
from pathlib import Path


def main() -> int:
    folder = Path(sys.argv[1])
    token = sys.stdin.readline().strip()
    print(f"in the log: {token}", flush=True)
    (folder / "seen").write_text(str(os.getpid()))
    if (folder / "wait").is_file():
        sys.stdin.readline()  # until its supervisor has gone
    return int((folder / "code").read_text())


if __name__ == "__main__":
    sys.exit(main())
