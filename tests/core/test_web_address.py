"""Addresses that are whole, and hosts that look like other ones."""

import pytest

from toolkit.core.web_address import wrong_address

GOOD = (
    "https://example.org",
    "http://example.org:8080/a(b)?q='1'&u=a@b.c#d",
    "https://[2001:db8::1]:80/x",
    "https://例え.jp/あ",
    "https://日本カナabc.jp",
    "https://한국.example:443/",
    "https://münchen.example/x",
    "https://xn--mnchen-3ya.example",
    "https://ελλάδα.example",
    "https://ёлка.example",
    "https://сор.рф/",
)
NO_ADDRESS = (
    "https://paper.example@evil.example/",
    "https://example.org\\@evil.example/",
    "https://example.org/a b",
    "https://example.org/\nx",
    'https://example.org/"onmouseover="alert(1)',
    "javascript:alert(1)//https://",
    "https://",
)
MISLEADING = {
    "https://g\u043e\u043egle.example/": "several scripts (Cyrillic, Latin)",
    "https://\u0430\u0440\u0440\u04cf\u0435.example": "look Latin and are not",
    "https://xn--80ak6aa92e.example/": "look Latin and are not",
    "https://\uff47oogle.example": "U+FF47 (fullwidth latin small letter g)",
    "https://example.org\u2044.evil.example/": "U+2044 (fraction slash)",
    "https://ex\u3002ample.org": "U+3002 (ideographic full stop)",
    "https://ex%61mple.org": "U+0025 (percent sign)",
    "https://xn--a.example": "U+0080",
}


@pytest.mark.parametrize("address", GOOD)
def test_an_address_of_any_script_names_its_own_site(address):
    assert wrong_address(address) == ""


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_an_address_that_ends_or_leads_elsewhere_is_none(address):
    assert wrong_address(address) == "no address of a page"


@pytest.mark.parametrize("address", MISLEADING)
def test_a_host_that_looks_like_another_is_named(address):
    assert MISLEADING[address] in wrong_address(address)
