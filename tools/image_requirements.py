"""Write what each image installs: `python tools/image_requirements.py FOLDER`, in the Dockerfile.

requirements.lock covers everything, tests too. An image takes its part of it: these names, with the
lock as `pip install --require-hashes --constraint`, which makes versions and hashes binding. Only
pip 26.1 and later take the hashes of a constraint, and bases bring older ones: so the lock's own pip
comes first.
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any


def by_image(pyproject: dict[str, Any]) -> dict[str, list[str]]:
    """The requirements of the server, of what a worker adds (torch apart), and of the build. Nobody
    can add to an image later, so each has the extras that its work may ask for."""
    project = pyproject["project"]
    extras = project["optional-dependencies"]
    worker = [*extras["worker"], *extras["lora"], *extras["onnx"]]
    return {
        "server": [*project["dependencies"], *extras["notify"], *extras["s3"]],
        "worker": [wanted for wanted in worker if not wanted.startswith("torch")],
        "build": pyproject["build-system"]["requires"],
    }


def pip_of(lock: str) -> str:
    """The lock's pip, pinned, with its hashes."""
    found = re.search(r"^pip==[^\\\n]+(?:\\\n +--hash=[^\\\n]+)+", lock, re.MULTILINE)
    assert found, "requirements.lock names no pip"
    return found[0]


def main() -> None:
    """Write one file for each image, and pip.txt, into the folder that is named."""
    folder = Path(sys.argv[1])
    (folder / "pip.txt").write_text(pip_of(Path("requirements.lock").read_text()) + "\n")
    for image, wanted in by_image(tomllib.loads(Path("pyproject.toml").read_text())).items():
        (folder / f"{image}.txt").write_text("\n".join(wanted) + "\n")


if __name__ == "__main__":
    main()
