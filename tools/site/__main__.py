"""`python -m tools.site`: the documentation as a site, in site/. A dead link fails."""

import shutil
import subprocess
import sys
from pathlib import Path

from tools.site import llms
from tools.site.gather import gather
from tools.site.loads import unsound
from tools.site.places import CONFIG, GATHERED, ROOT, SITE

ZENSICAL = Path(sys.executable).with_name("zensical")


def main() -> int:
    """Exit status 0 with the site built, 1 with what is wrong otherwise."""
    if not ZENSICAL.exists():
        print(
            "Zensical is not installed: .venv/bin/pip install -e '.[docs]', then again.",
            file=sys.stderr,
        )
        return 1
    gather()
    shutil.rmtree(SITE, ignore_errors=True)  # no page stays that is no more
    command = [str(ZENSICAL), "build", "--strict", "--clean", "--config-file", str(CONFIG)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        return 1
    llms.write(CONFIG, GATHERED, SITE)
    found = list(unsound(SITE))
    print("\n".join(found) or f"{SITE / 'index.html'}", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
