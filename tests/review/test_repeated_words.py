"""Words that an edition has in several places: whoever changes one place alone is found out without the project."""

import json
import re

import pytest

from tests.review import archive_attacks as attacks
from toolkit.review.archive import archive
from toolkit.review.repeated_words import repeated_word_disagreements
from toolkit.review.verify import verify_alone

pytestmark = pytest.mark.heavy
PAGE, CHART = "coffee.html", "coffee/charts/told"
CHANGED = {  # a place of the words: in which file, and what stands before them
    "the standfirst": (PAGE, r'class="?dek"?><p>'),
    "the description of a page": (PAGE, r'property="?og:description"?[^>]* content="'),
    "its description in JSON-LD": (PAGE, r'"@type":"Article"[^}]*?"description":"'),
    "its title in JSON-LD": (PAGE, r'"@type":"Article"[^}]*?"headline":"'),
    "words for screen readers": (PAGE, r'role="?img"? aria-label="'),
    "words for screen readers beside a chart alone": (f"{CHART}.html", r'role="?img"? aria-label="'),
    "the alternative text of a picture": (f"{CHART}.html", r'og:image:alt"[^>]*content="'),
    "the alternative text of an interactive chart's picture": (
        f"{CHART}-interactive.html",
        r'og:image:alt"[^>]*content="',
    ),
    "the title of a drawing": (f"{CHART}.svg", "<title[^>]*>"),
    "the alternative text of a drawing": (f"{CHART}.svg", "<desc[^>]*>"),
    "the words above a drawing": (f"{CHART}.svg", r'<text[^>]*font-weight="600"[^>]*>\w+'),
    "words in a drawing": (f"{CHART}.html", r"<text[^>]*>\w+"),
    "words in a drawing of a page": (PAGE, r"<text[^>]*>\w+"),
    "the title in a specification": (f"{CHART}.vl.json", r'"text":\s*\[?\s*"'),
    "the alternative text in a specification": (f"{CHART}.vl.json", r'"description":\s*"'),
}


@pytest.fixture(scope="module")
def whole(built, tmp_path_factory):
    """The files of the built sample's archive."""
    return attacks.read(archive(built, built.reports, tmp_path_factory.mktemp("whole") / "edition.zip"))


@pytest.mark.parametrize("place", CHANGED)
def test_words_that_are_changed_in_one_place_are_seen(whole, place):
    edition = {name.removeprefix("edition/"): one for name, one in whole.items() if name.startswith("edition/")}
    stored, (name, before) = json.loads(edition["manifest.json"]), CHANGED[place]
    assert list(repeated_word_disagreements(edition, stored)) == []
    changed = re.sub(f"({before})", r"\g<1>Hoax ", edition[name].decode(), count=1)
    assert changed != edition[name].decode()
    assert list(repeated_word_disagreements({**edition, name: changed.encode()}, stored)) != []


def test_an_archive_with_such_a_change_does_not_agree_with_itself(whole, tmp_path):
    name = f"edition/{CHART}.svg"
    files = attacks.with_hashes({**whole, name: re.sub(b"(<desc[^>]*>)", rb"\1Hoax ", whole[name])})
    missed = verify_alone(attacks.write(tmp_path / "a.zip", files)).missed
    assert [one.where for one in missed] == [f"archive, {name}, its alternative text"]
