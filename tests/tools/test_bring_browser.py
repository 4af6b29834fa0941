"""Which browser the tests get. That one can be installed is seen by every run on a bare machine."""

import pytest

from tools import bring_browser


@pytest.fixture(autouse=True)
def bare_machine(tmp_path, monkeypatch):
    """Nothing kept, nothing installed, and no way to install."""
    monkeypatch.delenv("LIKEWISE_TEST_BROWSER", raising=False)
    monkeypatch.setattr(bring_browser, "KEPT", tmp_path / ".browser")
    monkeypatch.setattr(bring_browser, "NAMES", ())
    monkeypatch.setattr(bring_browser, "WAYS", (bring_browser.kept, bring_browser.installed))


@pytest.fixture
def browser(tmp_path):
    """A program that starts as browsers do."""
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho Chromium 1.2.3\n")
    program.chmod(0o755)
    return str(program)


def test_its_path_is_the_last_line_and_is_kept(browser, monkeypatch, capsys):
    monkeypatch.setattr(bring_browser, "NAMES", (browser,))
    assert bring_browser.main() == 0
    assert capsys.readouterr().out.splitlines()[-1] == browser
    assert bring_browser.KEPT.read_text().strip() == browser


def test_the_one_found_last_time_is_taken_again(browser):
    bring_browser.KEPT.write_text(f"{browser}\n")
    assert bring_browser.find() == browser


def test_one_that_does_not_start_is_passed_over(browser, tmp_path, monkeypatch):
    broken = tmp_path / "chromium-browser"
    broken.write_text("#!/bin/sh\necho please install the snap\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(bring_browser, "NAMES", (str(broken), browser))
    assert bring_browser.find() == browser


def test_a_named_one_is_used_or_nothing(browser, monkeypatch):
    monkeypatch.setattr(bring_browser, "NAMES", (browser,))
    monkeypatch.setenv("LIKEWISE_TEST_BROWSER", "/nowhere/chromium")
    assert bring_browser.find() is None


def test_without_any_it_says_what_to_do(capsys):
    assert bring_browser.main() == 1
    assert "LIKEWISE_TEST_BROWSER=" in capsys.readouterr().err
    assert not bring_browser.KEPT.exists()
