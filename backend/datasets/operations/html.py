"""A text as a browser would show it, where it holds HTML."""

import html
import re

INLINE = "a abbr b bdi bdo cite code del dfn em font i img ins kbd label mark q s samp small span \
strike strong sub sup time tt u var wbr".split()
BLOCKS = "article aside blockquote body br button caption center dd details div dl dt \
fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html iframe input legend li \
link main meta nav ol option p pre section select summary table tbody td textarea tfoot th thead \
title tr ul video".split()

_HIDDEN = re.compile(
    r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>|<!doctype[^<>]*>", re.IGNORECASE | re.DOTALL
)
_INLINE = re.compile(rf"</?(?:{'|'.join(INLINE)})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{'|'.join(BLOCKS)})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z][a-z0-9]{1,31}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_GAP = re.compile(r"[ \t\u00a0]{2,}")


def without_html(text: str) -> str:
    """The text without tags, comments, scripts and styles, and with entities as characters.

    Only tags of HTML go: `a < b`, `<unknown>` and `List<String>` stay. A text without HTML stays
    as it is.
    """
    shown = _HIDDEN.sub(" ", text)
    shown = _INLINE.sub("", shown)
    shown = _BLOCK.sub(" ", shown)
    if shown != text:  # where tags stood, blanks have gathered
        shown = _GAP.sub(" ", shown).strip()
    return _ENTITY.sub(lambda found: html.unescape(found[0]), shown)
