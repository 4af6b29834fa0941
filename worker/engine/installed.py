"""Which packages are installed, and whether they are those that a model asks for."""

import logging
import platform
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata, version
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

log = logging.getLogger(__name__)

OTHER_NAMES = {"pytorch": "torch"}  # as the versions in a model's config spell it


def check_package_availability(package_name: str, owner: str) -> bool:
    """Whether `package_name` is installed and its home page names `owner`."""
    try:
        found = metadata(package_name)
    except PackageNotFoundError:
        return False
    return found["Name"] == package_name and owner in (found["Home-page"] or "")


def is_accelerate_available() -> bool:
    return check_package_availability("accelerate", "huggingface")


def is_datasets_available() -> bool:
    return check_package_availability("datasets", "huggingface")


def is_training_available() -> bool:
    """Whether all that a training needs beside torch and transformers is installed."""
    return is_accelerate_available() and is_datasets_available()


def check_version_requirements(
    requirements: dict[str, Any] | None, source: str | None = None
) -> None:
    """Compare what is installed with a model's wishes: {package: ">=1.2"}.

    A wish may be {"specifier": …, "reason": …}; "python" is this Python. One that can't be read
    is logged and passed over. Raises ImportError that names every wish that isn't met.
    """
    if not isinstance(requirements, Mapping):
        if requirements:
            log.warning("The requirements of %r are no mapping; they are not checked.", source)
        return
    unmet = {}
    for name, wish in requirements.items():
        package = OTHER_NAMES.get(name, name)
        specifier, reason = _wish(wish)
        try:
            problem = _problem(package, specifier)
        except (InvalidSpecifier, InvalidVersion, TypeError) as cause:
            log.warning("The wish of %r for %s can't be read: %s", source, package, cause)
            continue
        if problem:
            unmet[f"{package}{specifier}"] = f"- {package}{specifier}, but {problem}. {reason}"
    if unmet:
        lines = [
            f"{source or 'This model'!r} requires:",
            *(line.rstrip() for line in unmet.values()),
        ]
        packages = [f'"{package}"' for package in unmet if not package.startswith("python")]
        if packages:
            lines.append(f"Install them with: pip install -U {' '.join(packages)}")
        raise ImportError("\n".join(lines))


def _wish(wish: Any) -> tuple[Any, str]:
    if isinstance(wish, Mapping):
        return wish.get("specifier", ""), str(wish.get("reason", ""))
    return wish, ""


def _problem(package: str, specifier: Any) -> str | None:
    """What is installed instead, in words; None if it is what was asked for."""
    if not isinstance(specifier, str):
        raise TypeError(f"{specifier!r} is no text such as '>=1.2'")
    wanted = SpecifierSet(specifier, prereleases=True)
    installed = _version(package)
    if installed is None:
        return "it is not installed"
    return None if wanted.contains(installed) else f"{package}=={installed} is installed"


def _version(package: str) -> str | None:
    """What runs counts more than what is written about it: an editable install may be newer."""
    if package == "python":
        return platform.python_version()
    running = getattr(sys.modules.get(package.replace("-", "_")), "__version__", None)
    if isinstance(running, str):
        return running
    try:
        return version(package)
    except PackageNotFoundError:
        return None
