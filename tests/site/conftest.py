"""Fixtures for tests of pages."""

from collections import defaultdict

import pytest


@pytest.fixture(scope="module")
def free_pages(browser):
    """The pages that no test has open, by the options of their contexts."""
    return defaultdict(list)


@pytest.fixture
def open_page(browser, free_pages):
    """Opens addresses, two at the same time in pages of their own; nothing of one is left in the next.

    What a page asked for, but for its own memory (`blob:`), and what its console said: `page.asked` and `page.said`.
    A page that another test had open is led on, by way of an empty one: that takes a quarter of the work of a new one.
    `page` is one of this test that it is done with.
    """
    taken = []

    def opened(address, width=1280, height=900, page=None, **options):
        if not page:
            free = free_pages[tuple(sorted(options.items()))]
            page = free.pop() if free else new_page(browser, options)
            taken.append((free, page))
        page.set_viewport_size({"width": width, "height": height})
        page.goto("about:blank")
        page.asked.clear()
        page.said.clear()
        page.goto(address)
        return page

    yield opened
    for free, page in taken:
        page.emulate_media(media="null")
        page.mouse.move(0, 0)
        free.append(page)


def new_page(browser, options):
    page = browser.new_context(**options).new_page()
    page.asked, page.said = [], []
    page.on("request", lambda request: request.url.startswith("blob:") or page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    return page
