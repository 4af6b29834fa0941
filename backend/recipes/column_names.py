"""What people call their columns, and what that tells of them. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Kin:
    """Names of columns that belong together, the first of a row and the second; what they hold.
    `is_mutual`: either could be the other."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    words: str
    is_mutual: bool = False


KIN = (
    Kin(first=("anchor",), second=("positive",), words="texts with a partner that belongs to each"),
    Kin(
        first=("question", "query", "q"),
        second=("answer", "response", "reply", "bestanswer", "answertext"),
        words="questions with their answers",
    ),
    Kin(
        first=("query", "question", "searchquery", "q"),
        second=("passage", "document", "positive", "context", "doc", "paragraph", "text"),
        words="search queries with the passages that answer them",
    ),
    Kin(
        first=("premise",),
        second=("hypothesis", "entailment"),
        words="premises with what may follow from them",
    ),
    Kin(first=("hypothesis",), second=("entailment",), words="sentences with what follows"),
    Kin(
        first=("sentence1", "sentencea", "text1", "texta", "sent1", "s1"),
        second=("sentence2", "sentenceb", "text2", "textb", "sent2", "s2"),
        words="pairs of sentences",
        is_mutual=True,
    ),
    Kin(first=("question1",), second=("question2",), words="pairs of questions",
        is_mutual=True),
    Kin(first=("source", "src"), second=("target", "tgt"), words="source texts with their targets"),
    Kin(first=("instruction", "prompt"), second=("response", "output", "completion"),
        words="requests with the replies to them"),
    Kin(first=("name",), second=("summary", "description"), words="names with what they stand for"),
    Kin(first=("title", "headline"), second=("abstract", "body", "content", "description", "text"),
        words="titles with their texts"),
    Kin(first=("text", "document", "article", "body"), second=("summary", "highlights"),
        words="texts with their summaries"),
)  # fmt: skip

CLASS_NAMES = (
    "goldlabel", "category", "intent", "class", "topic", "sentiment", "emotion", "labeltext",
    "isduplicate", "duplicate", "isparaphrase", "entailmentjudgment", "judgment",
)  # fmt: skip
SCORE_NAMES = (
    "similarity", "similarityscore", "simscore", "relatedness", "relatednessscore", "rating",
    "stars", "teacherscores", "teacherscore", "margin", "logits",
)  # fmt: skip
EMBEDDING_NAMES = ("embedding", "embeddings", "teacherembedding", "vector")
GRADE_NAMES = ("grade", "relevance", "relevant", "rel", "qrel")
PART_NAMES = ("part", "split", "fold", "partition", "subset")
GROUP_NAMES = ("group", "groupid", "package", "documentid", "docid", "source", "document")
BEIR_NAMES = frozenset({"queryid", "query", "documentid", "document", "grade"})

LANGUAGES = {
    "English": ("en", "eng"), "German": ("de", "deu", "ger", "deutsch"), "French": ("fr", "fra"),
    "Spanish": ("es", "spa"), "Italian": ("it", "ita"), "Portuguese": ("pt", "por"),
    "Dutch": ("nl", "nld"), "Polish": ("pl", "pol"), "Russian": ("ru", "rus"),
    "Ukrainian": ("uk", "ukr"), "Czech": ("cs", "ces"), "Turkish": ("tr", "tur"),
    "Arabic": ("ar", "ara"), "Hebrew": ("he", "heb"), "Hindi": ("hi", "hin"),
    "Chinese": ("zh", "zho", "zhcn", "cmn"), "Japanese": ("ja", "jpn"), "Korean": ("ko", "kor"),
    "Vietnamese": ("vi", "vie"), "Indonesian": ("ind",), "Swedish": ("sv", "swe"),
    "Danish": ("da", "dan"), "Norwegian": ("no", "nor", "nb"), "Finnish": ("fi", "fin"),
    "Greek": ("el", "ell"), "Hungarian": ("hu", "hun"), "Romanian": ("ro", "ron"),
    "Bulgarian": ("bg", "bul"), "Persian": ("fa", "fas"), "Thai": ("th", "tha"),
}  # fmt: skip
"""Each with the codes of ISO 639 that stand for it in names of columns."""

_LANGUAGE_OF = {
    code: language for language, codes in LANGUAGES.items() for code in (language.lower(), *codes)
}
_BESIDE_A_LANGUAGE = re.compile(r"^(text|sentence|translation|sent|lang|language)[_.\- ]+")
_NEGATIVE = re.compile(r"^(hard)?neg(ative)?s?\d*$|^(n|wrong|distractor)\d+$|^contradiction$")
_ID = re.compile(
    r"^(id|idx|index|uuid|guid|key|hash|unnamed: 0)$|[_\- ](id|ids|idx)$|[a-z](ID|Id)$"
)


def plain(name: str) -> str:
    """`Sentence_1` as `sentence1`: what is compared."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def named(names: Iterable[str], known: Collection[str]) -> str | None:
    """The first of `names` that `known` has earliest; None where it has none."""
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(plain(name), name)
    return next((by_plain[each] for each in known if each in by_plain), None)


def kin_of(names: Iterable[str]) -> tuple[Kin, str, str] | None:
    """The first kin that has a first and a second of `names`, and those two."""
    names = list(names)
    for kin in KIN:
        first = named(names, kin.first)
        second = named([name for name in names if name != first], kin.second)
        if first is not None and second is not None:
            return kin, first, second
    return None


def is_mutual(names: Iterable[str]) -> bool:
    """Whether columns of these names hold texts of one kind, such as two questions that ask the
    same."""
    kin = kin_of(names)
    return kin is not None and kin[0].is_mutual


def is_negative(name: str) -> bool:
    return bool(_NEGATIVE.match(plain(name)))


def is_sibling(name: str, of: str) -> bool:
    """`text 3` is one of `text 2`: the same word with another number."""
    stem = plain(of).rstrip("0123456789")
    numbered = re.fullmatch(rf"{stem}\d+", plain(name))
    return stem != plain(of) and numbered is not None


def is_id(name: str) -> bool:
    return bool(_ID.search(name) or _ID.match(name.lower()))


def language_of(name: str) -> str | None:
    """Which language a column's name says that it holds: `de`, `german`, `text_de`."""
    bare = _BESIDE_A_LANGUAGE.sub("", name.lower())
    return _LANGUAGE_OF.get(plain(bare))
