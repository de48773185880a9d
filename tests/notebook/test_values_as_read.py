"""Columns of frames whose values are as they were read keep their unit; others are asked for theirs."""

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

TOWNS = """\
town,party,year,votes,vote_share,electors,seats
Ulm,Red,2019,18234,45.2,70123,2
Ulm,Blue,2019,15012,37.2,70123,1
Ulm,Red,2024,17001,41.9,71000,1
Ulm,Blue,2024,14990,37,71000,2
Bonn,Red,2019,12001,30.1,65432,0
Bonn,Blue,2019,21010,52.7,65432,3
Bonn,Red,2024,19011,46.8,66000,2
Bonn,Blue,2024,15620,38.4,66000,1
"""
OF_TOWNS = """\
  - {name: town, printed: town, type: text}
  - {name: party, printed: party, type: text}
  - {name: year, printed: year, type: integer}
  - {name: votes, printed: votes, type: integer, unit: vote}
  - {name: vote_share, printed: vote_share, type: decimal, unit: percent}
  - {name: electors, printed: electors, type: integer, unit: person}
  - {name: seats, printed: seats, type: integer, unit: seat}
"""
ALL = "town, party, year, votes, vote_share, electors, seats"


@pytest.fixture
def towns(desk_with):
    units = "person = [person] = _ = people\nvote = [vote] = _ = votes\nseat = [seat] = _ = seats\n"
    story = Story("any", desk_with("towns", TOWNS, OF_TOWNS, publish=f"[{ALL}]", units=units))
    return story, story.sql(f"SELECT {ALL} FROM towns").frame


def first(table, column):
    return str(table[column][0])


CHANGED = {
    "a count": lambda f: f.groupby("party", as_index=False).votes.count(),
    "how many differ": lambda f: f.groupby("party", as_index=False).votes.nunique(),
    "a rank": lambda f: f.assign(votes=f.votes.rank())[["party", "town", "year", "votes"]],
    "a change": lambda f: f.assign(votes=f.votes.pct_change())[["party", "town", "year", "votes"]],
    "a part": lambda f: f.assign(votes=f.votes / f.votes.sum())[["party", "town", "year", "votes"]],
    "another scale": lambda f: f.assign(votes=f.votes / 1000)[["party", "town", "year", "votes"]],
    "a variance": lambda f: f.groupby("party", as_index=False).votes.var(),
    "a count of shares": lambda f: f.groupby("party", as_index=False).vote_share.count(),
    "percent of shares": lambda f: f.assign(vote_share=f.vote_share * 100)[["party", "town", "year", "vote_share"]],
}


@pytest.mark.parametrize("made", CHANGED.values(), ids=CHANGED)
def test_the_name_of_a_column_says_no_unit_once_its_values_are_others(towns, made):
    story, frame = towns
    with pytest.raises(ToolkitError, match="numbers without a unit"):
        story.table(made(frame), name="made")


def test_a_count_that_kept_its_name_is_one_where_its_author_says_so(towns):
    story, frame = towns
    counted = frame.groupby("party", as_index=False).votes.count()
    assert first(story.table(counted, name="counted", units={"votes": "1"}), "votes") == "4"


@pytest.mark.parametrize(
    ("made", "column", "words"),
    [
        (lambda f: f.groupby("party", as_index=False).votes.sum(), "votes", "66,632 votes"),
        (lambda f: f[f.year == 2024].groupby("party", as_index=False).votes.sum(), "votes", "30,610 votes"),
        (lambda f: f.groupby("party", as_index=False).votes.mean().round(), "votes", "16,658 votes"),
        (lambda f: f.groupby("party", as_index=False).vote_share.mean(), "vote_share", "41.33%"),
        (lambda f: f.groupby("party", as_index=False).electors.max(), "electors", "71,000 people"),
    ],
)
def test_a_sum_or_mean_that_keeps_its_columns_name_keeps_its_unit(towns, made, column, words):
    story, frame = towns
    assert first(story.table(made(frame), name="made"), column) == words


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda f: f.sort_values("electors").reset_index(drop=True), "65,432 people"),
        (lambda f: f.nlargest(3, "electors").reset_index(drop=True), "71,000 people"),
        (lambda f: f.drop_duplicates("town").reset_index(drop=True)[["town", "electors"]], "70,123 people"),
        (lambda f: f.tail(1).reset_index(drop=True)[["town", "electors"]], "66,000 people"),
        (lambda f: f.assign(party=f.party.replace("Red", "R")), "70,123 people"),
        (lambda f: f.assign(votes=f.votes.astype(float)), "70,123 people"),
        (
            lambda f: f[f.year == 2024].merge(f[f.year == 2019], on=["town", "party"], suffixes=("", "_then"))[
                ["town", "party", "electors"]
            ],
            "71,000 people",
        ),
    ],
)
def test_whole_numbers_keep_their_unit_through_ordering_numbering_and_cleaning(towns, made, words):
    story, frame = towns
    assert first(story.table(made(frame.drop(columns="seats")), name="made"), "electors") == words


def test_small_whole_numbers_keep_their_unit_where_their_rows_are_known(towns):
    story, frame = towns
    cleaned = story.table(frame.assign(party=frame.party.str.lower())[["town", "party", "year", "seats"]], name="made")
    assert first(cleaned, "seats") == "2 seats"
    with pytest.raises(ToolkitError, match="column seats: numbers without a unit"):
        story.table(frame.groupby("town", as_index=False).seats.count(), name="counted")


RENAMED = {
    "after a merge": lambda f: f.merge(f, on=["town", "party", "year"]).rename(columns={"electors_x": "votes"})[
        ["town", "party", "year", "votes"]
    ],
    "sums of groups": lambda f: f.groupby("party", as_index=False).votes.sum().rename(columns={"votes": "people"}),
    "sums as a count": lambda f: f.groupby("party", as_index=False).agg(n_votes=("votes", "sum")),
    "sums as ranks": lambda f: f.groupby("party", as_index=False).agg(rank=("votes", "sum")),
    "values as ranks": lambda f: f.rename(columns={"votes": "rank"})[["town", "party", "rank"]],
}


@pytest.mark.parametrize("made", RENAMED.values(), ids=RENAMED)
def test_values_under_another_name_take_no_unit_of_that(towns, made):
    story, frame = towns
    with pytest.raises(
        ToolkitError, match=r"a name that says .*, and the values of (electors|votes), in (person|vote)"
    ):
        story.table(made(frame), name="made")


def test_ranks_of_pandas_are_labels(towns):
    story, frame = towns
    ranked = frame.assign(rank=frame.votes.rank(ascending=False))[["town", "party", "year", "rank"]]
    assert [row[3] for row in story.table(ranked, name="ranked").rows] == ["3", "6", "4", "7", "8", "1", "2", "5"]


def test_a_column_that_a_merge_named_has_the_unit_it_was_read_in(towns):
    story, frame = towns
    merged = frame[frame.year == 2024].merge(frame[frame.year == 2019], on=["town", "party"], suffixes=("_24", "_19"))
    for units in ({}, {"vote_share_24": "percent"}):
        shares = story.table(merged[["town", "party", "vote_share_24"]], name="made", units=units)
        assert first(shares, "vote_share_24") == "41.9%"


def test_the_count_of_describe_has_no_unit(towns):
    story, frame = towns
    described = story.table(frame.groupby("party").votes.describe().reset_index(), name="made", units="vote")
    assert (first(described, "count"), first(described, "max")) == ("4", "21,010 votes")
    both = frame.groupby("party")[["votes", "electors"]].agg(["count", "max"]).reset_index()
    units = {"votes_max": "vote", "electors_max": "person"}
    made = story.table(both, name="both", units=units)
    assert [first(made, one.name) for one in made.columns[1:]] == ["4", "21,010 votes", "4", "71,000 people"]


def test_a_melted_column_has_the_unit_of_the_columns_in_it_and_not_two(towns):
    story, frame = towns
    melted = frame.melt(id_vars=["town", "party", "year"], value_vars=["votes", "electors"])
    for units in ({}, {"value": "vote"}, {"value": "person"}):
        with pytest.raises(ToolkitError, match="values of votes in vote and electors in person"):
            story.table(melted, name="melted", units=units)
    one = story.table(melted[melted.variable == "electors"], name="one")
    assert first(one, "value") == "70,123 people"


def test_a_difference_below_zero_is_no_share(towns):
    story, frame = towns
    wide = frame.pivot(index=["town", "party"], columns="year", values="vote_share").reset_index()
    wide["change"] = wide[2024] - wide[2019]
    for units in ("percent", {"2019": "percent", "2024": "percent", "change": "percent"}):
        with pytest.raises(ToolkitError, match='"percentage points"'):
            story.table(wide, name="wide", units=units)
    made = story.table(wide, name="wide", units={"2019": "percent", "2024": "percent", "change": "percentage points"})
    assert [str(cell) for cell in made["change"]][:2] == ["−14.3 percentage points", "16.7 percentage points"]
    with pytest.raises(ToolkitError, match='say "percentage points"'):
        story.number(wide.change.min(), "percent", how="the largest loss")
    wide["growth"] = wide[2024] / wide[2019] - 1
    assert first(story.table(wide[["town", "party", "growth"]], units={"growth": "share"}), "growth") == "−27%"


def test_a_name_says_the_scale_of_its_values(desk_with):
    story = Story(
        "any",
        desk_with(
            "shops",
            "town,fee\nA,4.1\nB,6\n",
            """\
  - {name: town, printed: town, type: text}
  - {name: fee, printed: fee, type: decimal, unit: million USD}
""",
            publish="[town, fee]",
        ),
    )
    frame = story.sql("SELECT town, fee FROM shops").frame
    half = frame.assign(million_usd=frame.fee / 2)[["town", "million_usd"]]
    assert first(story.table(half, name="half"), "million_usd") == "$2.05m"
    with pytest.raises(ToolkitError, match='say "million USD"'):
        story.table(half, name="half", units={"million_usd": "USD"})
    full = frame.assign(usd=frame.fee * 1e6)[["town", "usd"]]
    assert first(story.table(full, name="full"), "usd") == "$4.1m"
