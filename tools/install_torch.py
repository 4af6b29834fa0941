"""Install the build of torch that fits this machine: `.venv/bin/python -m tools.install_torch`.

The package registry's Linux build brings several GB of CUDA libraries, useless without an NVIDIA
GPU; and a machine may have an index or folder of its own that carries another build. So pip is
asked first what it would install here, and only a CUDA build on a machine without a GPU is avoided.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

NOT_LOCKED = Path(__file__).with_name("not_locked.txt")  # the one place that says which torch
ASKS_WITHOUT_FETCHING = (23, 3)  # older pips download every wheel of a dry run
CUDA_PACKAGE = re.compile(r"^(nvidia|cuda|triton)\b", re.IGNORECASE)


class Way(StrEnum):
    """How torch is installed."""

    PLAIN = "as pip is configured here"
    CPU = "the CPU build, found by uv: no NVIDIA GPU here, and pip would have fetched CUDA"


def choose(gpu: bool, would_install: list[str]) -> Way:
    """The way for a machine with or without an NVIDIA GPU, where pip would install these names."""
    brings_cuda = any(CUDA_PACKAGE.match(name) for name in would_install)
    return Way.CPU if brings_cuda and not gpu else Way.PLAIN


def wanted(not_locked: str) -> str:
    """The requirement in tools/not_locked.txt, without the marker that keeps it out of the lock."""
    lines = (line for line in not_locked.splitlines() if not line.startswith("#"))
    return next(lines).split(";")[0].strip()


def names_in(report: str) -> list[str]:
    """The packages named by pip's installation report (its format: pip's reference pages)."""
    return [item["metadata"]["name"] for item in json.loads(report)["install"]]


def has_nvidia_gpu() -> bool:
    """Whether the machine has NVIDIA's driver, asked without torch."""
    return shutil.which("nvidia-smi") is not None or Path("/proc/driver/nvidia/version").exists()


def pip(*arguments: str) -> list[str]:
    """The command line of this interpreter's pip."""
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]


def ask_pip(torch: str) -> list[str]:
    """The names that pip would install for `torch` and all that it needs; fetches metadata only."""
    from pip import __version__ as version

    if tuple(int(part) for part in version.split(".")[:2]) < ASKS_WITHOUT_FETCHING:
        run(pip("install", "--quiet", "--upgrade", "pip"))
    question = pip("install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-", torch)
    return names_in(subprocess.run(question, check=True, stdout=subprocess.PIPE, text=True).stdout)


def run(command: list[str]) -> None:
    """Run one command, its output in the open; CalledProcessError if it fails."""
    subprocess.run(command, check=True)


def install(torch: str) -> None:
    """Install `torch`, saying which way in one line. CalledProcessError if that way fails."""
    if index := os.environ.get("TORCH_INDEX"):
        print(f"torch: {torch} from TORCH_INDEX", flush=True)
        return run(pip("install", "--quiet", "--index-url", index, torch))
    way = choose(has_nvidia_gpu(), ask_pip(torch))
    print(f"torch: {torch}, {way}", flush=True)
    if way is Way.PLAIN:
        return run(pip("install", "--quiet", torch))
    run(pip("install", "--quiet", "uv"))
    uv = [sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable]
    return run([*uv, torch, "--torch-backend=cpu"])


def main() -> int:
    """Exit status 0 once torch can be imported, 1 with what to do otherwise."""
    if importlib.util.find_spec("torch"):
        return 0
    torch = wanted(NOT_LOCKED.read_text())
    try:
        install(torch)
    except subprocess.CalledProcessError as failed:
        print(
            f"torch could not be installed: `{' '.join(failed.cmd)}`\n"
            f"ended with {failed.returncode}; its reason is above.\n"
            "Set TORCH_INDEX to an index with a build for this machine, or install one yourself:\n"
            f"  {sys.executable} -m pip install {torch}\n"
            "Then run `make setup` again.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
