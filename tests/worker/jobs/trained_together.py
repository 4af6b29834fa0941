"""What each of two processes does in test_lora.py: python trained_together.py FOLDER."""

import sys
from pathlib import Path

from tests.worker.jobs.attempts import train
from worker.jobs.folder import JobFolder

if __name__ == "__main__":
    sys.exit(train(JobFolder(Path(sys.argv[1]))))
