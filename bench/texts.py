"""What the models learn and encode: real pairs where LIKEWISE_TEST_DATA names them, else invented
ones whose lengths are spread alike."""

import csv
import os
import random
import re
from pathlib import Path
from typing import TypeAlias

Pairs: TypeAlias = list[tuple[str, str]]

WORDS = """time year people way day man thing woman life child world school state family student
group country problem hand part place case week company system program question work number night
point home water room mother area money story fact month lot right study book eye job word business
issue side kind head house service friend father power hour game line end member law car city""".split()
SHORT_WORDS = (5, 20)  # STS Benchmark: half of its sentences have fewer than eleven words
QUESTION_WORDS = (6, 28)
PASSAGE_WORDS = (40, 320)  # Cranfield's abstracts; 256 tokens is where they are cut


def said() -> str:
    """Which of the two they are: padding differs, and so do all figures."""
    if os.environ.get("LIKEWISE_TEST_DATA"):
        return "texts of STS-B and Cranfield"
    return "invented texts, since LIKEWISE_TEST_DATA names none: their lengths differ less"


def short_pairs(count: int) -> Pairs:
    """Sentence pairs of the STS Benchmark, in the file's order."""
    folder = os.environ.get("LIKEWISE_TEST_DATA")
    if not folder:
        return _invented(count, SHORT_WORDS, SHORT_WORDS)
    with next(Path(folder, "stsb").glob("*train*.csv")).open(encoding="utf-8", newline="") as file:
        rows = [(row[0], row[1]) for row in csv.reader(file)]
    return _shuffled(rows, count)


def passage_pairs(count: int) -> Pairs:
    """Questions and passages, many times as long: Cranfield's, each question with an abstract."""
    folder = os.environ.get("LIKEWISE_TEST_DATA")
    if not folder:
        return _invented(count, QUESTION_WORDS, PASSAGE_WORDS)
    place = Path(folder, "cranfield")
    questions = _texts(next(place.glob("cran.qry*")))
    passages = _texts(next(place.glob("cran.all*")))
    pairs = [(questions[n % len(questions)], text) for n, text in enumerate(passages)]
    return _shuffled(pairs, count)


def equal_pairs(count: int, words: int = 16) -> Pairs:
    """Pairs in which every text has the same number of tokens: nothing to win from padding."""
    return _invented(count, (words, words), (words, words))


def _texts(path: Path) -> list[str]:
    """The .W parts of a file in SMART format, each on one line."""
    documents = re.split(r"(?m)^\.I .*$", path.read_text(encoding="utf-8", errors="replace"))[1:]
    parts = (document.partition("\n.W\n")[2] for document in documents)
    return [" ".join(part.split()) for part in parts if part.strip()]


def _shuffled(pairs: Pairs, count: int) -> Pairs:
    pairs = list(pairs)
    random.Random(1).shuffle(pairs)
    return pairs[:count]


def _invented(count: int, first: tuple[int, int], second: tuple[int, int]) -> Pairs:
    chance = random.Random(1)

    def text(fewest: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(fewest, most)))

    return [(text(*first), text(*second)) for _ in range(count)]
