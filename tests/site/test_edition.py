"""What a story's page knows of its edition."""

from toolkit.site.edition import MORE, EditionContext


def test_a_page_names_the_stories_that_follow_it_and_no_more_of_them_in_a_larger_edition():
    stories = tuple((f"s{place}", f"Headline {place}") for place in range(2 * MORE))
    edition = EditionContext("Invented", "", stories)
    assert edition.seen_from("s3").stories == stories[4 : MORE + 4]
    last = edition.seen_from(stories[-2][0]).stories
    assert last == (*stories[: MORE - 1], stories[-1]), "in the order of the edition"
    small = EditionContext("Invented", "", stories[:4])
    assert small.seen_from("s1").stories == (stories[0], *stories[2:4])
