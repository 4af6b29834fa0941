"""Arrow says of bytes just what Python's own decoder says, wherever a file is cut into pieces."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.datasets.reading import encoding

SOUND = ["a", "\n", "ß", "€", "😀"]
BROKEN = [b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\x80", b"\xe2\x82", b"\0"]
PIECES = st.sampled_from([*(text.encode() for text in SOUND), *BROKEN])


def is_utf8(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sound=st.text(st.sampled_from(SOUND), max_size=20),
    pieces=st.lists(PIECES, max_size=3),
    chunk_bytes=st.integers(1, 9),
)
def test_it_is_what_python_decodes(
    tmp_path: Path, sound: str, pieces: list[bytes], chunk_bytes: int
) -> None:
    content = sound.encode() + b"".join(pieces)
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "_CHUNK_BYTES", chunk_bytes)
        assert encoding.is_utf8(file) == is_utf8(content)
