"""What keys and passwords look like: hidden in logs, noticed in data.

Each pattern keeps to what RE2 reads too, so that a column of texts can be asked at once, and none
can be made slow by a hostile text.
"""

import re
from typing import Final

SHAPES: Final[dict[str, str]] = {
    "a token of the Hugging Face Hub": r"\bhf_[A-Za-z0-9]{16,}",
    "a token of this studio": r"\blw_[A-Za-z0-9]{32,}",
    "a secret of a webhook": r"\bwhsec_[A-Za-z0-9+/=]{16,}",
    "a key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}",
    "a key of OpenAI or Anthropic": r"\bsk-[A-Za-z0-9_-]{20,}",
    "a token of Slack": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "a key of Google": r"\bAIza[A-Za-z0-9_-]{35}",
    "a signed token": r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
}
"""By what they are. Long enough each that no word of a language is taken for one."""

ANY = "|".join(SHAPES.values())

_SAID_BESIDE = re.compile(
    r"(?i)(\b(?:authorization|cookie|set-cookie|x-api-key)\b[\"']?\s*[:=]\s*[\"']?)[^\"'\r\n]+"
    r"|(\b[a-z_-]{0,40}(?:password|passwd|secret|token|api[_-]?key|session|credential)\b[\"']?\s*[:=]\s*"
    r"[\"']?)[^\s\"',;&]+"
    r"|(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}"
    r"|(\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@]{0,100}:)[^\s/@]{1,300}(?=@)"
)
"""A word that says what comes next is a secret, and the secret."""

EMAIL = r"\b[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b"

_BY_SHAPE = re.compile(ANY)
_ADDRESS = re.compile(EMAIL)
HIDDEN = "[hidden]"


def hide(text: str) -> str:
    """The text with each secret in it replaced."""
    named = _SAID_BESIDE.sub(lambda found: f"{found[found.lastindex or 0]}{HIDDEN}", text)
    return _BY_SHAPE.sub(HIDDEN, named)


def without_private(text: str) -> str:
    """The text with each key in it as `[key]`, each e-mail address as `[email]`. Twice is once."""
    return _ADDRESS.sub("[email]", _BY_SHAPE.sub("[key]", text))
