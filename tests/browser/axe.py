"""axe-core in a page of the browser: what it finds against WCAG 2.2, A and AA.

It comes by npm for the tests alone, and no page loads it. It is evaluated as a debugger would, which
the policy of a page does not hear of.
"""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

PLACE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
GRAVE = ("serious", "critical")

_RUN = """
async (only) => {
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"], preload: false });
  return found.violations.map(({ id, impact, nodes }) => ({
    id, impact, where: nodes.slice(0, 3).map(({ target, html }) => `${target} ${html.slice(0, 160)}`),
  }));
}
"""


@cache
def _script() -> str:
    assert PLACE.is_file(), "axe-core is not here: `make setup` brings it"
    return PLACE.read_text("utf-8")


def grave(page: Page, *rules: str) -> list[str]:
    """Serious and critical findings of all rules, or of these, each with where it is."""
    page.evaluate(f"() => {{ if (!window.axe) {{ {_script()} }} }}")
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate(_RUN, only)
    return [f"{one['id']}: {' | '.join(one['where'])}" for one in found if one["impact"] in GRAVE]
