"""A page as its reader has it: what it says of its own, in the order in which it stands there.

Of a page's HTML as the server sends it; no browser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
UNREAD = frozenset({"script", "style", "template", "svg", "noscript", "datalist", "head"})
"""What nobody reads as text."""
OF_OTHERS = frozenset({"code", "pre", "textarea", "option"})
"""Texts of people, code, and names that are chosen from."""
INLINE = frozenset("a abbr b code em i output span strong sub sup time time-ago".split())
"""Within a sentence. Anything else begins a new one, and so does what is set apart by a class."""
APART = frozenset({"badge", "chip", "key", "label", "meta", "name", "note", "soft", "word"})

_ENDS = re.compile(r"(?<=[.:?!])\s+|\s+[·→]\s+")


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: dict[str, str]

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())


@dataclass(frozen=True)
class Text:
    """A piece of text, within these elements, the outermost first. `block` numbers the sentence or
    paragraph that it is of. `explains` is what stands in its glossary element, if it is in one."""

    said: str
    within: tuple[Element, ...]
    block: int

    def is_in(self, *tags: str) -> bool:
        return any(element.tag in tags for element in self.within)

    @property
    def is_folded(self) -> bool:
        """It shows only once somebody opens what it is folded into."""
        return any(e.tag == "details" and "open" not in e.attributes for e in self.within)

    def has_class(self, *classes: str) -> bool:
        return any(element.classes & set(classes) for element in self.within)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.found: list[Text] = []
        self.block = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._begin_a_block(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            element = self.open.pop()
            self._begin_a_block(element)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(Text(data, tuple(self.open), self.block))

    def _begin_a_block(self, element: Element) -> None:
        is_tooltip = element.attributes.get("role") == "tooltip"
        if not is_tooltip and (element.tag not in INLINE or element.classes & APART):
            self.block += 1


@dataclass
class Page:
    """What a page says within its `main`."""

    texts: list[Text] = field(default_factory=list)

    @classmethod
    def of(cls, html: str) -> "Page":
        reader = _Reader()
        reader.feed(html)
        return cls(
            [text for text in reader.found if text.is_in("main") and not text.is_in(*UNREAD)]
        )

    def sentences(self) -> Iterator[str]:
        """Its own, without what explains a word, and without texts of people."""
        blocks: dict[int, str] = {}
        for text in self.texts:
            if not _is_tooltip(text) and not text.is_in(*OF_OTHERS):
                blocks[text.block] = blocks.get(text.block, "") + text.said
        for said in blocks.values():
            yield from (part for part in _ENDS.split(" ".join(said.split())) if part)


def _is_tooltip(text: Text) -> bool:
    return any(element.attributes.get("role") == "tooltip" for element in text.within)


def words_of(sentence: str) -> list[str]:
    return [word for word in sentence.split() if any(letter.isalnum() for letter in word)]
