"""A process of a group, for test_process.py: `FOLDER/rank-N` says with what it ends, and when."""

import os
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])
rank = os.environ.get("RANK", "0")
code, seconds = (folder / f"rank-{rank}").read_text().split()
names = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
(folder / f"seen-{rank}").write_text(" ".join(os.environ.get(name, "-") for name in names))
time.sleep(float(seconds))
if int(code) < 0:
    os.kill(os.getpid(), -int(code))
sys.exit(int(code))
