"""The wheel carries all that a studio needs."""

import os
import re
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tools.private_servers import free_port

ROOT = Path(__file__).parents[2]
STARTS_SECONDS = 60


@pytest.fixture
def elsewhere(tmp_path):
    """An environment with the wheel in it, and the running one's packages but not its checkout."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run([*pip, *build], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    (wheel,) = tmp_path.glob("likewise-*.whl")
    subprocess.run([*pip, "--python", python, "install", "--no-deps", wheel], check=True)
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return tmp_path


def get(url, process):
    """The text at `url` once the server that `process` is answers."""
    deadline = time.monotonic() + STARTS_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.1)  # it does not listen yet
    pytest.fail(f"{url} did not answer; the server's exit status is {process.returncode}")


@pytest.mark.slow
def test_a_studio_serves_from_the_wheel_outside_the_repository(elsewhere):
    port = free_port()
    settings = {"LIKEWISE_DATA": str(elsewhere / "data"), "LIKEWISE_PORT": str(port)}
    bare = {name: value for name, value in os.environ.items() if not name.startswith("LIKEWISE_")}
    bare.pop("PYTHONPATH", None)
    bins = elsewhere / "venv" / "bin"
    where = [bins / "python", "-c", "import backend; print(backend.__file__)"]
    assert subprocess.check_output(where, cwd=elsewhere, env=bare, text=True).startswith(
        str(bins.parent)
    )

    with subprocess.Popen(
        [bins / "likewise", "serve"], cwd=elsewhere, env=bare | settings
    ) as server:
        try:
            assert get(f"http://127.0.0.1:{port}/readyz", server)
            home = get(f"http://127.0.0.1:{port}/", server)
            script = re.search(r'src="(\S*/vendor/htmx\.min\.js)"', home)[1]
            assert "htmx" in get(f"http://127.0.0.1:{port}{script}", server)
        finally:
            server.terminate()
