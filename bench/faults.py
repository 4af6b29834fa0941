"""Faults that people's data has, put into single texts on purpose."""

import random
from collections.abc import Callable

Fault = Callable[[str, random.Random], str]


def in_other_case(text: str, rng: random.Random) -> str:
    """The same text to anybody: in capitals, and with other spaces."""
    return rng.choice([text.upper(), text.lower(), f"  {text} ", text.replace(" ", "  ")])


def words_swapped(text: str, rng: random.Random) -> str:
    """Two neighbouring words change places."""
    words = text.split()
    if len(words) > 1:
        i = rng.randrange(len(words) - 1)
        words[i], words[i + 1] = words[i + 1], words[i]
    return " ".join(words)


def word_dropped(text: str, rng: random.Random) -> str:
    words = text.split()
    if len(words) > 1:
        del words[rng.randrange(len(words))]
    return " ".join(words)


def slip(text: str, rng: random.Random) -> str:
    """Two neighbouring letters of a word change places."""
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) > 3]
    if long:
        i = rng.choice(long)
        j = rng.randrange(len(words[i]) - 1)
        letters = list(words[i])
        letters[j], letters[j + 1] = letters[j + 1], letters[j]
        words[i] = "".join(letters)
    return " ".join(words)


def punctuation(text: str, rng: random.Random) -> str:
    """Other marks at the end, another case at the start."""
    bare = text.rstrip(" .?!")
    return (bare[:1].swapcase() + bare[1:]).replace(",", "") + rng.choice(["", "!", " ?", "..."])


NEARLY: tuple[Fault, ...] = (words_swapped, word_dropped, slip, punctuation)


def control_character(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice("\x00\x07\x1b\x7f\x85") + text[at:]


def wrong_encoding(text: str, rng: random.Random) -> str:
    word = rng.choice(["Zürich", "café", "señor", "naïve", "“quoted”", "smörgås"])
    return f"{text} {word.encode().decode('cp1252', errors='replace')}"


def html(text: str, rng: random.Random) -> str:
    return rng.choice([f"<p>{text}</p>", f"{text}<br/>", f"{text} &amp; more", f"<b>{text}"])


def empty(text: str, rng: random.Random) -> str:
    return rng.choice(["", "   ", "\t\n"])


def very_long(text: str, rng: random.Random) -> str:
    return f"{text} " * (10_100 // len(text) + 1)
