"""Pages of a studio with accounts, opened as one of its people; and what the browser complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.browser.conftest import TELL_VIOLATIONS
from tests.furnished.studio import Furnished

SETTLE = """
async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();
}
"""
"""Colours are what they change to, and what is drawn for a width is drawn for this one."""


@dataclass
class Seen:
    """Uncaught errors, violations of the policy, and requests that went elsewhere."""

    found: list[str] = field(default_factory=list)

    def since_last(self) -> list[str]:
        told, self.found = self.found, []
        return told


@contextmanager
def as_person(browser: Browser, house: Furnished, who: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    if cookie := house.cookies.get(who):
        context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": house.url}])
    yield context.new_page()
    context.close()


@contextmanager
def watched(page: Page) -> Iterator[Seen]:
    seen = Seen()

    def hear(said: ConsoleMessage) -> None:
        if said.text.startswith("violates"):
            seen.found.append(said.text)

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:")):
            seen.found.append(f"asks {request.url}")

    page.add_init_script(TELL_VIOLATIONS)
    page.on("pageerror", lambda error: seen.found.append(str(error)))
    page.on("console", hear)
    page.on("request", note)
    yield seen
