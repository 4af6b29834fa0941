"""Two people at a page: one has a mouse, one has nothing but keys. Both count what they do."""

from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page

from tests.browser.test_bringing_data import DROP

MOST_TABS = 150
IS_FOCUSED = "(wanted) => wanted === document.activeElement"
IS_SEEN = """
() => {
  const at = document.activeElement;
  const drawn = ({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  const { top, bottom } = at.getBoundingClientRect();
  return drawn(getComputedStyle(at)) && top >= 0 && bottom <= innerHeight + 1;
}
"""


class Person(Protocol):
    """`acts` are clicks, or presses of keys; a `decision` is a control in which nothing was chosen
    beforehand. Typing what is decided counts as the one act that it took to be there."""

    acts: int
    decisions: int

    def bring(self, name: str, content: bytes, folder: Path) -> None: ...

    def press(self, what: Locator) -> None: ...

    def decide(self, what: Locator, text: str) -> None: ...


class Mouse:
    verb = "clicks"

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = self.decisions = 0

    def bring(self, name: str, content: bytes, folder: Path) -> None:
        """Let a file go over the page: no click."""
        carried = self.page.evaluate_handle(
            """([text, name]) => {
              const carried = new DataTransfer();
              carried.items.add(new File([text], name));
              return carried;
            }""",
            [content.decode(), name],
        )
        self.page.dispatch_event(DROP, "drop", {"dataTransfer": carried})

    def press(self, what: Locator) -> None:
        self.acts += 1
        what.click()

    def decide(self, what: Locator, text: str) -> None:
        self.press(what)
        self.decisions += 1
        self.page.keyboard.type(text)


class Keys:
    """Tab, Enter, Space and arrows. Wherever they come to, one can see where they are."""

    verb = "presses"

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = self.decisions = 0

    def bring(self, name: str, content: bytes, folder: Path) -> None:
        path = folder / name
        path.write_bytes(content)
        self.go_to(self.page.locator("#file"))
        with self.page.expect_file_chooser() as opened:
            self._key("Enter")
        opened.value.set_files(path)

    def press(self, what: Locator) -> None:
        self.go_to(what)
        self._key("Enter")

    def decide(self, what: Locator, text: str) -> None:
        self.go_to(what)
        self.decisions += 1
        self.page.keyboard.type(text)

    def go_to(self, what: Locator) -> None:
        """Tab to it; at the top of a page by the link that leads past the navigation."""
        what.wait_for(state="attached")
        if self.page.evaluate("() => document.activeElement === document.body"):
            self._key("Tab")
            if self.page.evaluate("() => document.activeElement.matches('.skip')"):
                self._key("Enter")
        for _ in range(MOST_TABS):
            if what.evaluate(IS_FOCUSED):
                return
            self._key("Tab")
            assert self.page.evaluate(IS_SEEN), f"one can't see where the focus is: {self.here()}"
        raise AssertionError(f"no Tab leads to {what}; the last one to {self.here()}")

    def here(self) -> str:
        said: str = self.page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)")
        return said

    def _key(self, key: str) -> None:
        self.acts += 1
        self.page.keyboard.press(key)
