"""A job for tests of signals: it starts a process of its own, and says which."""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    started = subprocess.Popen(["sleep", "60"])
    made = Path(sys.argv[1]) / "made"
    made.write_text(str(started.pid))
    made.rename(made.with_name("started"))
    return started.wait()


if __name__ == "__main__":
    sys.exit(main())
