"""`python -m tools.reference FOLDER`: write every page of the reference into a folder."""

import sys
from pathlib import Path

from tools.reference.pages import write

write(Path(sys.argv[1]))
