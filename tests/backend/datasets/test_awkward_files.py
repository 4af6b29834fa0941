"""Files that are awkward through no one's fault come in, and right."""

import pytest

from tests.backend.datasets import tables
from tests.backend.datasets.broken.awkward import AWKWARD, GOOD


@pytest.mark.parametrize(("name", "content", "expected"), AWKWARD.values(), ids=AWKWARD.keys())
def test_an_awkward_file_is_read_as_it_was_meant(tmp_path, name, content, expected):
    assert tables.read_rows(tmp_path, name, content) == expected


def test_however_a_file_is_packed_it_is_the_same_content(tmp_path):
    packed = ("names in capitals", "gzip in a ZIP archive", "two Zstandard frames")
    contents = [("t.csv", tables.as_csv(GOOD)), *(AWKWARD[what][:2] for what in packed)]
    found = {tables.read(tmp_path, *content).written.content_hash for content in contents}
    assert len(found) == 1
