"""The browser the other tests lean on: found, started, and missed loudly."""

import pytest

from tests import browser as browser_module


@pytest.mark.browser
def test_it_draws_a_page(browser):
    page = browser.new_page()
    page.set_content("<h1>Ten times the tokens</h1>")
    assert page.inner_text("h1") == "Ten times the tokens"
    page.close()


def test_without_one_the_remedy_is_named(monkeypatch):
    monkeypatch.setenv("CI", "")
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(browser_module.NoBrowser, match="set CHROMIUM to the path"):
        browser_module.chromium()


def test_ci_that_may_not_install_one_says_so(monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    monkeypatch.setattr(browser_module.shutil, "which", lambda name: None)
    with pytest.raises(browser_module.NoBrowser, match="takes root and apt-get"):
        browser_module.chromium()


def test_a_stand_in_that_does_not_start_is_passed_over(monkeypatch, tmp_path):
    stand_in = tmp_path / "chromium"
    stand_in.write_text("#!/bin/sh\nexit 1\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("CI", "")
    monkeypatch.setenv("CHROMIUM", str(stand_in))
    with pytest.raises(browser_module.NoBrowser):
        browser_module.chromium()
