"""A file's text as UTF-8, whatever its encoding: in blocks, or in lines from where a block began."""

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from backend.datasets.reading.limits import CHUNK_CHARACTERS, MOST_LINE_CHARACTERS
from backend.datasets.reading.lines import lines_of

_MOST_LINE_BYTES = 4 * MOST_LINE_CHARACTERS + (1 << 16)  # lines_of refuses a line of so many


class Utf8Stream:
    """`line` is the number of the next line, from 1; `at` is its place, in bytes of UTF-8."""

    def __init__(self, file: BinaryIO, encoding: str, line: int = 1) -> None:
        self._read = _reader(file, encoding)
        self._ahead = b""
        self._used = 0  # of what is ahead
        self.is_last = False
        self.line = line
        self.at = 0

    def block(self) -> bytes:
        """Some of what follows; nothing at the end. It stays unread until it is skipped.

        `is_last` then says whether anything follows that is not in it.
        """
        self._ahead = self._ahead[self._used :]
        self._used = 0
        if len(self._ahead) < CHUNK_CHARACTERS:
            self._read_on()
        return self._ahead

    def skip(self, size: int) -> None:
        """Go on after the first `size` bytes of the last block, which are whole lines."""
        self.line += self._ahead.count(b"\n", self._used, self._used + size)
        self._used += size
        self.at += size

    def lines(self) -> Iterator[str]:
        """Each line, with its end. Whoever stops may go on with blocks behind the last line.

        Raises BadFile where a line is too long.
        """
        while whole := self._whole_lines():
            text = io.TextIOWrapper(io.BytesIO(whole), encoding="utf-8", newline="")
            for line in lines_of(text, first=self.line):
                size = len(line.encode())
                self._used += size
                self.at += size
                self.line += 1
                yield line

    def _whole_lines(self) -> bytes:
        block = self.block()
        while not self.is_last:
            # a \r at the very end may be half of a \r\n
            end = max(block.rfind(b"\n"), block.rfind(b"\r", 0, len(block) - 1)) + 1
            if end:
                return block[:end]
            if len(block) > _MOST_LINE_BYTES:
                break
            self._read_on()
            block = self._ahead
        return block

    def _read_on(self) -> None:
        piece = self._read(CHUNK_CHARACTERS)
        self._ahead += piece
        self.is_last = not piece


def _reader(file: BinaryIO, encoding: str) -> Callable[[int], bytes]:
    if encoding == "utf-8":
        return file.read
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    return lambda characters: text.read(characters).encode()
