"""The published edition, checked by its own page as a reader would."""

import re

import pytest
from playwright.sync_api import expect

from toolkit.core.project import find_project
from toolkit.site import recheck


@pytest.mark.browser
def test_the_published_edition_agrees_with_itself_in_a_browser(browser):
    reports = find_project().reports
    page = browser.new_page()
    page.goto((reports / recheck.NAME).as_uri())
    page.set_input_files("#folder", reports)
    expect(page.locator("#said")).to_have_text(re.compile("^(?!Checking)."), timeout=60_000)
    assert "agrees with itself" in page.inner_text("#said"), page.inner_text("main")[:2000]
    page.close()
