"""What a build says of the stories that it publishes, beside their problems."""

import pytest
from nbformat.v4 import new_notebook

from toolkit.build.story_notes import story_notes
from toolkit.notebook.run import Executed

FONTS = "are drawn with fonts of each reader's device: the page holds none"
LACKING = "tea: pictures to share and PNG leave out signs that the font of charts lacks:"


@pytest.mark.parametrize(
    ("title", "html", "said"),
    [
        ("Tea", "<p>Kettles, θερμός, чайник</p><svg><text x='1'>5 cups &amp; more</text></svg>", []),
        ("Tea", "<p>茶壶</p>", [f"tea: Chinese letters {FONTS}"]),
        ("Tea", "<p>قهوة 😀</p>", [f"tea: Arabic letters and emoji {FONTS}"]),
        ("Čaj", "<p>čaj</p><svg><text>Łódź</text></svg>", [f"{LACKING} Č Ł ź"]),
        ("茶", "<p>茶</p>", [f"tea: Chinese letters {FONTS}", f"{LACKING} 茶"]),
        ("αβγδεζηθι", "", [f"{LACKING} α β γ δ ε ζ η θ …"]),
    ],
)
def test_signs_that_no_font_of_a_page_or_of_its_pictures_has_are_named(title, html, said):
    assert list(story_notes(Executed("tea", new_notebook(), {}), title, html)) == said
