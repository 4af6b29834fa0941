"""Which URLs of buckets may be read: those under a prefix that the operator has named.

Pure: nothing is asked of the bucket here. A URL is made plain first; what could lead elsewhere than
it says (steps upwards, several protocols in a chain, somebody's keys, other ways to write a path)
is refused by name.
"""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from backend.problems import Invalid, Pointer, Problem
from backend.recipes.words import and_list

_AT = Pointer("/url")


def allowed_url(url: str, prefixes: list[str]) -> str:
    """The URL, made plain. Raises Invalid if it may not be read."""
    plain = _plain(url)
    if not any(_is_under(plain, prefix) for prefix in prefixes):
        allowed = (
            f"Allowed here: {and_list(prefixes)}."
            if prefixes
            else "None is allowed here yet: the operator names them in LIKEWISE_IMPORT_PREFIXES."
        )
        raise _refusal("place_not_allowed", "This place may not be read", f"{plain}. {allowed}")
    return plain


def _plain(url: str) -> str:
    if "::" in url:
        raise _broken(url, "holds several protocols in a chain (::)")
    if any(ord(sign) < 32 or sign in "\\?#*[" for sign in url):
        raise _broken(url, "holds a sign that is no part of a file's name: one of ? # * [ \\")
    parts = urlsplit(url)
    if not parts.scheme or "://" not in url:
        raise _broken(url, "names no protocol, such as s3://")
    if "@" in parts.netloc:
        raise _broken(url, "holds a name or a key; the studio uses its own alone")
    if "%" in url and unquote(url) != url:
        raise _broken(url, "is percent-encoded; write the name as it is")
    if ".." in PurePosixPath(parts.path).parts:
        raise _broken(url, "leads upwards (..)")
    path = "/".join(part for part in parts.path.split("/") if part not in ("", "."))
    return f"{parts.scheme.lower()}://{parts.netloc}/{path}"


def _is_under(plain: str, prefix: str) -> bool:
    """Whether it lies in this folder, or is this file itself."""
    allowed = _plain(prefix)
    return plain == allowed or plain.startswith(f"{allowed.rstrip('/')}/")


def _broken(url: str, why: str) -> Invalid:
    return _refusal("broken_url", "This is no place that can be read", f"{url[:200]} {why}.")


def _refusal(code: str, title: str, detail: str) -> Invalid:
    return Invalid(Problem(code=code, title=title, detail=detail, at=_AT))
