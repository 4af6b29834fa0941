"""A large CSV as people have them: questions, answers and a score, quoted as spreadsheets quote."""

import csv
import random
from itertools import accumulate
from pathlib import Path

NAMES = ["question", "answer", "score"]
_WORDS = 20_000
_LETTERS = "eeeeeettttaaaaooooiiiinnnnsssrrrhhhlldduccmmfpgwybvkxjqz"
_SENTENCES = 50_000
_ASKED = (2, 9)
_TOLD = (8, 40)
_ENDS = (", so ", "; ", " – ", ". ", ". ")
_PARAGRAPH = ".\n\n"
_ROWS_AT_ONCE = 10_000


def write_pairs(place: Path, size_bytes: int) -> int:
    """Write at least so many bytes; the same bytes each time. Answers how many rows they hold."""
    chance = random.Random(5)
    words = _words(chance)
    asked = _sentences(chance, words, _ASKED, _ENDS)
    told = _sentences(chance, words, _TOLD, (*_ENDS, _PARAGRAPH))
    rows = 0
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES)
        while file.tell() < size_bytes:
            some = range(_ROWS_AT_ONCE)
            first, second = (chance.choices(asked, k=len(some)) for _ in range(2))
            writer.writerows(
                (
                    f"{first[i]}{second[i]}".strip(" ,;–.") + "?",
                    "".join(chance.choices(told, k=2 + i % 5)).strip(),
                    f"{chance.random():.3f}",
                )
                for i in some
            )
            rows += len(some)
    return rows


def _words(chance: random.Random) -> list[str]:
    """The first ones, which come most often, are the shortest."""
    return ["".join(chance.choices(_LETTERS, k=2 + round(8 * n / _WORDS))) for n in range(_WORDS)]


def _sentences(
    chance: random.Random, vocabulary: list[str], words_each: tuple[int, int], ends: tuple[str, ...]
) -> list[str]:
    """So many words each; one in fifty holds quotation marks, one in fifty letters beyond ASCII."""
    often = list(accumulate(1 / (10 + n) for n in range(len(vocabulary))))  # Zipf's law
    made = []
    for _ in range(_SENTENCES):
        words = chance.choices(vocabulary, cum_weights=often, k=chance.randint(*words_each))
        match chance.randrange(50):
            case 0:
                words[0] = f'"{words[0]}"'
            case 1:
                words[0] = f"{words[0]}, größer als 10 €"
        made.append(" ".join(words) + chance.choice(ends))
    return made
