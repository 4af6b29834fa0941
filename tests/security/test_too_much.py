"""Row 20: requests that are made to be dear. Versions with known holes are named, not trusted."""

from importlib.metadata import version

import pytest
from packaging.version import Version

from tests.security.asking import OURS, ask

SAFE_FROM = {
    "starlette": "1.3.1",  # CVE-2024-47874, 2025-54121, 2025-62727, 2026-48710, -54282, -54283
    "python-multipart": "0.0.27",  # CVE-2024-53981, 2026-24486, -40347, -42561
    "pyarrow": "14.0.1",  # CVE-2023-47248
    "torch": "2.10",  # CVE-2025-32434, 2026-24747
    "jinja2": "3.1.6",  # CVE-2025-27516
}
LINE = b"--x"


def multipart(fields: int, size_bytes: int = 1) -> bytes:
    part = b'\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n'
    value = b"v" * size_bytes + b"\r\n"
    return b"".join(LINE + part % n + value for n in range(fields)) + LINE + b"--\r\n"


def sent(kind: str) -> list[tuple[str, str]]:
    return [*OURS, ("content-type", kind)]


@pytest.mark.parametrize("package", SAFE_FROM)
def test_no_version_with_a_known_hole_is_installed(package):
    assert Version(version(package)) >= Version(SAFE_FROM[package])


@pytest.mark.timeout(30)
@pytest.mark.parametrize("path", ["/api/v1/datasets", "/data/import", "/theme"])
def test_ten_thousand_fields_are_refused(app, path):
    answer = ask(app, "POST", path, sent("multipart/form-data; boundary=x"), multipart(10_000))
    assert answer.status in (400, 401, 404, 405, 413, 422)


@pytest.mark.timeout(30)
def test_ten_thousand_fields_of_a_plain_form_are_refused(app):
    body = b"&".join(b"f%d=1" % n for n in range(10_000))
    answer = ask(app, "POST", "/theme", sent("application/x-www-form-urlencoded"), body)
    assert answer.status in (400, 413, 422)


@pytest.mark.timeout(30)
def test_a_giant_field_is_refused(app):
    body = multipart(1, size_bytes=30_000_000)
    answer = ask(app, "POST", "/theme", sent("multipart/form-data; boundary=x"), body)
    assert answer.status in (400, 413)


@pytest.mark.timeout(30)
def test_ten_thousand_ranges_are_not_looked_at(app, routes):
    ranges = ",".join(f"{n}-{n}" for n in range(10_000))
    for path in ("/", "/api/v1/losses", "/static/x/elements/all.js"):
        answer = ask(app, "GET", path, [*OURS, ("range", f"bytes={ranges}")])
        assert answer.status in (200, 303)
        assert "content-range" not in answer.headers


@pytest.mark.timeout(30)
@pytest.mark.parametrize("body", [b"[" * 500_000, b'{"a":' * 200_000, b"1" * 500_000])
def test_json_without_end_is_refused(app, body):
    answer = ask(app, "POST", "/api/v1/datasets/paste", sent("application/json"), body)
    assert answer.status in (400, 401, 413, 422)


def test_no_list_gives_more_than_two_hundred_rows(app):
    """But the events of a run, which are small and read to the end."""
    most = {
        path: parameter["schema"].get("maximum")
        for path, operations in app.openapi()["paths"].items()
        for parameter in operations.get("get", {}).get("parameters", ())
        if parameter["name"] == "limit"
    }
    assert len(most) >= 4
    assert most.pop("/api/v1/runs/{run_id}/events") == 1_000
    assert {path: limit for path, limit in most.items() if limit is None or limit > 200} == {}
