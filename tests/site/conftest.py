"""Fixtures for tests of pages."""

import pytest


@pytest.fixture
def open_page(browser):
    """Opens addresses in contexts of their own, closed at the end.

    What a page asked for, but for its own memory (`blob:`), and what its console said: `page.asked` and `page.said`.
    """
    contexts = []

    def opened(address, width=1280, height=900, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: request.url.startswith("blob:") or page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
