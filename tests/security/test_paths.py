"""Row 18: no name that a person gives leads out of the studio's own folders."""

import io
import zipfile
from pathlib import Path

import pytest

from backend.preparing.imports_storage import allowed_url
from backend.problems import Invalid
from tests.runs.trainings import pairs_csv
from tests.security.asking import OURS, ask

NAMES = [
    "../../escaped.csv",
    "..\\..\\escaped.csv",
    "/etc/escaped.csv",
    "C:\\escaped.csv",
    "%2e%2e%2fescaped.csv",
    "escaped\x00.csv",
    "escaped.csv#.png",
    "....//escaped.csv",
    "a" * 5_000 + ".csv",
    "..",
    "",
]
OUT = [
    "..",
    "../..",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e",
    "..\\..\\etc",
    "/etc/passwd",
    "//proc/self/root/etc/passwd",
    "x\x00",
    "x#/../../etc/passwd",
    "mdl_01h455vb4pex5vsknk084sn02q/../../../etc",
]


def files_below(data: Path) -> set[Path]:
    return {place.relative_to(data) for place in data.rglob("*") if place.is_file()}


def test_a_files_name_never_becomes_a_path(api, studio):
    for name in NAMES:
        files = {"file": (name, pairs_csv(20))}
        assert api.post("datasets", files=files).status_code in (200, 201, 400, 422)
    found = files_below(studio.settings.data.parent)
    assert not [place for place in found if "escaped" in place.name]
    assert not Path("/etc/escaped.csv").exists()


def test_a_name_inside_a_zip_never_becomes_a_path(api, studio):
    for name in NAMES:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name or "x"), pairs_csv(20))
        answer = api.post("datasets", files={"file": ("a.zip", packed.getvalue())})
        assert answer.status_code in (200, 201, 400, 422)
    assert not [
        place for place in files_below(studio.settings.data.parent) if "escaped" in place.name
    ]


def test_a_link_inside_a_zip_is_not_followed(api, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("question,answer\ncanary,canary\n" * 20)
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(link, str(secret))
    answer = api.post("datasets", files={"file": ("a.zip", packed.getvalue())})
    assert answer.status_code == 422
    assert "canary" not in answer.text


@pytest.mark.parametrize("part", OUT)
def test_a_part_of_an_address_never_becomes_a_path(app, part):
    for path in (
        f"/api/v1/models/{part}",
        f"/api/v1/models/{part}/card",
        f"/api/v1/dataset-versions/{part}/rows",
        f"/api/v1/uploads/{part}",
        f"/static/x/{part}",
        f"/runs/{part}",
    ):
        answer = ask(app, "GET", path, OURS)
        assert answer.status in (303, 307, 401, 404, 422)
        assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "file:///allowed/../etc/passwd",
        "file:///allowed/%2e%2e/etc/passwd",
        "file:///allowed-but-other/x.csv",
        "file:///allowed/x.csv#/../../etc/passwd",
        "file:///allowed/x.csv?y",
        "file:///allowed/a\\..\\x.csv",
        "file:///allowed/x\x00.csv",
        "file://proc/self/root/allowed/x.csv",
        "simplecache::file:///allowed/x.csv",
        "zip://x.csv::file:///allowed/x.zip",
        "http://169.254.169.254/latest/meta-data",
        "/allowed/x.csv",
        "s3://user:key@bucket/x.csv",
        "file:///allowed/*.csv",
        "",
    ],
)
def test_no_address_of_a_person_reaches_the_file_systems_but_below_what_is_allowed(url):
    with pytest.raises(Invalid):
        allowed_url(url, ["file:///allowed"])


def test_what_is_allowed_is_read_by_its_plain_name():
    assert (
        allowed_url("FILE:///allowed//a/./x.csv", ["file:///allowed"]) == "file:///allowed/a/x.csv"
    )
