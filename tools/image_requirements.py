"""Write what each image installs: `python tools/image_requirements.py FOLDER`, in the Dockerfile.

requirements.lock covers everything, tests too. An image takes its part of it: these names, with the
lock as `pip install --require-hashes --constraint`, which makes versions and hashes binding.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any


def by_image(pyproject: dict[str, Any]) -> dict[str, list[str]]:
    """The requirements of the server, of what a worker adds (torch apart), and of the build."""
    project = pyproject["project"]
    extras = project["optional-dependencies"]
    worker = [*extras["worker"], *extras["lora"]]
    return {
        "server": project["dependencies"] + project["optional-dependencies"]["notify"],
        "worker": [wanted for wanted in worker if not wanted.startswith("torch")],
        "build": pyproject["build-system"]["requires"],
    }


def main() -> None:
    """Write one file for each image into the folder that is named."""
    folder = Path(sys.argv[1])
    for image, wanted in by_image(tomllib.loads(Path("pyproject.toml").read_text())).items():
        (folder / f"{image}.txt").write_text("\n".join(wanted) + "\n")


if __name__ == "__main__":
    main()
