"""What story.choice takes and refuses, and words by choice."""

import pytest

from toolkit import assume, open_story, say
from toolkit.core.errors import NumberError, StoryError
from toolkit.notebook.choice import in_state, states_of
from toolkit.notebook.prose import Text


def share(value):
    return assume(value, "1", why="an example").percent


@pytest.fixture
def story(with_database):
    return open_story("coffee")


def test_a_choice_is_its_declared_option_and_words_follow_it(story):
    part = story.choice("share of mugs", id="part", low=share(0.1), central=share(0.5))
    assert (
        str(part) == "50%" and str(story.choice("mugs", id="other", a=share(0.2), b=share(0.3), declared="b")) == "30%"
    )
    words = story.by_choice(part, low="few mugs", central=say("half of {}", part))
    title = say("Of all, {}", words)
    assert str(title) == "Of all, half of 50%" and str(title.numbers[0]) == "50%"
    states = states_of(title, story.choices)
    assert [(picks["part"], str(text)) for picks, text in states] == [
        ("central", "Of all, half of 50%"),
        ("low", "Of all, few mugs"),
    ]
    assert in_state(Text(("plain",)), {"part": "low"}, story.choices) == Text(("plain",))
    assert story.record()["choices"]["part"]["options"]["low"] == {"name": "10%", "printed": "10%"}


@pytest.mark.parametrize(
    "options, said",
    [
        ({"id": "Part", "a": share(0.1), "b": share(0.2)}, "the id 'Part'"),
        ({"id": "p", "central": share(0.1)}, "1 options"),
        ({"id": "p", "a": share(0.1), "b": share(0.2)}, "declared='central'"),
        ({"id": "p", "central": 0.1, "low": share(0.2)}, "central=0.1, a bare value"),
        ({"id": "p", "central": share(0.1), "low": share(0.1001)}, "options that print differently"),
        ({"id": "p", "central": share(0.1), "low": share(0.2), "names": {"lower": "x"}}, "a name for lower"),
        ({"id": "p", "central": share(0.1), "low": share(0.2), "names": {"low": "about 3 cups"}}, "a typed number"),
    ],
)
def test_what_no_page_can_offer_is_refused(story, options, said):
    with pytest.raises(StoryError, match=said.replace("(", r"\(")):
        story.choice("share of mugs", **options)


def test_other_refusals_are_named(story):
    part = story.choice("share of mugs", id="part", low=share(0.1), central=share(0.5))
    with pytest.raises(NumberError):
        story.choice("mugs", id="mugs", low=story["office-survey"]["heavy"], central=share(0.1))
    with pytest.raises(StoryError, match="a text for each option"):
        story.by_choice(part, low="few")
    with pytest.raises(StoryError, match="which is no choice"):
        story.by_choice(share(0.5), low="few", central="half")
    story.choice("mugs", id="mugs", low=share(0.1), central=share(0.5))
    with pytest.raises(StoryError, match="a third choice"):
        story.choice("cups", id="cups", low=share(0.1), central=share(0.5))
