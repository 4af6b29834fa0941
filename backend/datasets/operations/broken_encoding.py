"""Texts that were UTF-8, were read as Latin-1 or Windows-1252, and were kept so: Ã¼ for ü."""

import re

_MOST_TIMES = 4  # a text can have gone through it more than once


def _byte_of_character() -> dict[str, int]:
    """Which byte a character was, read as Latin-1 or, from 0x80 to 0x9f, as Windows-1252 too."""
    byte_of = {chr(byte): byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        character = bytes([byte]).decode("cp1252", errors="ignore")
        if character:
            byte_of[character] = byte
    return byte_of


_BYTE_OF = _byte_of_character()
_TAIL = "[" + "".join(re.escape(c) for c, byte in _BYTE_OF.items() if byte < 0xC0) + "]"
_BROKEN = re.compile(
    f"(?:[\u00c2-\u00df]{_TAIL}|[\u00e0-\u00ef]{_TAIL}{{2}}|[\u00f0-\u00f4]{_TAIL}{{3}})+"
)
_SURE = re.compile(f"[\u00c2\u00c3]|[\u00e0-\u00f4]{_TAIL}{{2}}")
"""One lone pair that begins with another letter may be meant: É’ ends a French quotation."""

_MEANT = re.compile("[\u00e0\u00e1\u00e3-\u00ef][\u2010-\u203a\u20ac\u2122]{2}")
"""A letter and two dashes or quotation marks: ä—— is no Chinese. After â they are one (â€™ is ’)."""

_LONE_PAIR_CHARACTERS = 2
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")


def repaired(text: str) -> str:
    """The text as it was meant, without control characters; tabs and line breaks stay.

    What can't have been UTF-8 stays as it is, and so does U+FFFD: what it stood for is lost.
    """
    for _ in range(_MOST_TIMES):
        mended = _BROKEN.sub(_mended, text)
        if mended == text:
            break
        text = mended
    return _CONTROL.sub("", text)


def is_broken(text: str) -> bool:
    """Whether `repaired` would mend a character of it."""
    return _BROKEN.sub(_mended, text) != text


def _mended(found: re.Match[str]) -> str:
    run = found[0]
    if len(run) == _LONE_PAIR_CHARACTERS and not _SURE.match(run):
        return run
    if _MEANT.fullmatch(run):
        return run
    try:
        return bytes(_BYTE_OF[character] for character in run).decode()
    except UnicodeDecodeError:
        return run
