"""llms.txt and llms-full.txt at the root of the site, as llmstxt.org has them: the pages for
programs that read, as a list with a sentence each, and as one text. Beside each page lies its
Markdown, to which the list links."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import yaml

OPTIONAL = "Explanation"
"""The section that a reader with little room may leave out."""


def write(config: Path, gathered: Path, site: Path) -> None:
    """The two files and the Markdown of every page, into `site`."""
    said = yaml.safe_load(config.read_text(encoding="utf-8"))
    sections = [section for each in said["nav"] for section in each.items()]
    lines = [f"# {said['site_name']}", "", f"> {said['site_description']}", ""]
    for title, pages in sections:
        lines += [f"## {'Optional' if title == OPTIONAL else title}", ""]
        lines += [_entry(gathered, *one) for page in pages for one in page.items()]
        lines += [""]
    (site / "llms.txt").write_text("\n".join(lines), encoding="utf-8")
    names = [name for _, pages in sections for page in pages for name in page.values()]
    for name in names:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(gathered / name, site / name)
    whole = "\n\n---\n\n".join(_marked(gathered, names))
    (site / "llms-full.txt").write_text(whole, encoding="utf-8")


def lead(text: str) -> str:
    """The first paragraph of a page as one line, without its links."""
    paragraphs = (part.strip() for part in text.split("\n\n"))
    first = next(part for part in paragraphs if part and not part.startswith(("#", "<!--")))
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(first.split()))


def _entry(gathered: Path, title: str, name: str) -> str:
    return f"- [{title}]({name}): {lead((gathered / name).read_text(encoding='utf-8'))}"


def _marked(gathered: Path, names: list[str]) -> Iterator[str]:
    for name in names:
        yield f"<!-- {name} -->\n\n{(gathered / name).read_text(encoding='utf-8').strip()}"
