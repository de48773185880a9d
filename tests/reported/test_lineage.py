"""Lineage: origins through retellings, what changes on the way, and how sure the desk is of a claim's sourcing."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.errors import DataFileError, ToolkitError
from toolkit.core.project import find_project
from toolkit.database.open import open_database
from toolkit.reported.certainty import CERTAINTY_RULE, EFFECTS, LEVELS, certainty
from toolkit.reported.claims import Claim
from toolkit.reported.data_dictionary import certainty_table, with_rule
from toolkit.reported.figures import Figure
from toolkit.reported.lineage import mutations, origins, origins_by_figure, origins_by_source
from toolkit.reported.read_all import Reported, read_reported
from toolkit.reported.sources import Source

ROOT = Path(__file__).parents[2]
CLAIM = {"id": "office.cups", "statement": "Cups", "unit": "cup/week", "entity": "staff", "period": "2026"}
STATEMENT = {"id": "office.beans", "statement": "Beans", "entity": "staff", "period": "2026"}


@pytest.fixture
def desk(sample):
    """Writes invented sources in place of the sample's, and reads all."""

    def write(sources, claims=(CLAIM, STATEMENT)):
        for old in [*(sample.data / "sources").iterdir(), *(sample.data / "claims").iterdir()]:
            old.unlink()
        top = {"schema": 1, "claims": list(claims)}
        (sample.data / "claims" / "office.yml").write_text(yaml.safe_dump(top, sort_keys=False))
        for made in sources:
            (sample.data / "sources" / f"{made['id']}.yml").write_text(yaml.safe_dump(made, sort_keys=False))
        return read_reported(sample)

    return write


def source(name, *figures, relies_on=(), **more):
    usual = {
        "schema": 1,
        "id": name,
        "publisher": name.title(),
        "title": name,
        "published": "2026-04-15",
        "address": f"https://example.org/{name}",
        "primary": False,
        "seen": "excerpt",
    }
    return {**usual, "relies_on": list(relies_on), **more, "figures": list(figures)}


def cups(value=10, name="cups", **more):
    return {"id": name, "claim": "office.cups", "value": value, "unit": "cup/week", **more}


# origins


def test_a_chain_of_retellings_ends_in_one_origin(desk):
    reported = desk([source("a", cups()), source("b", cups(), relies_on=["a"]), source("c", cups(), relies_on=["b"])])
    assert origins(reported, "office.cups") == ("a",)


def test_the_chain_passes_through_sources_that_do_not_state_the_claim(desk):
    reported = desk([source("a", cups()), source("b", relies_on=["a"]), source("c", cups(), relies_on=["b"])])
    assert origins(reported, "office.cups") == ("a",)


def chain(count):
    """Sources that each retell the one before; every third of them states nothing of the claim."""
    claim = Claim("office.cups", "office", "Cups", "cup/week", "staff", None)
    sources, figures = {}, {}
    for place in range(count):
        name, below = f"s{place}", (f"s{place - 1}",) if place else ()
        made = Source(
            id=name,
            publisher=name,
            title=name,
            published="2026-04-15",
            address=None,
            primary=not place,
            seen="excerpt",
            relies_on=below,
        )
        sources[name] = made
        if place % 3 != 1:
            figures[f"{name}#cups"] = Figure(
                id="cups",
                source=made,
                claim=claim,
                low=1.0,
                high=1.0,
                unit="cup/week",
                qualifier=f"after {place}",
                seen="excerpt",
                relies_on=below,
            )
    return Reported({claim.id: claim}, sources, figures)


def test_a_chain_of_any_length_ends_in_its_first_source():
    reported = chain(6_000)
    assert set(origins_by_figure(reported, "office.cups").values()) == {("s0",)}
    assert origins_by_source(reported, ["s5999", "s4"]) == {"s5999": ("s0",), "s4": ("s0",)}
    changed = mutations(reported, "office.cups")
    assert len(changed) == len(reported.figures) - 1
    assert [(m.told_by, m.source) for m in changed if m.told == "after 5"] == [("s5#cups", "s3#cups")]


@given(st.lists(st.lists(st.integers(0, 30), max_size=3), min_size=2, max_size=12), st.data())
def test_origins_are_what_one_comes_to_by_following_every_link(links, data):
    reported = chain(len(links))
    below = {
        f"s{place}": tuple(dict.fromkeys(f"s{n % place}" for n in names)) if place else ()
        for place, names in enumerate(links)
    }
    sources = {name: replace(source, relies_on=below[name]) for name, source in reported.sources.items()}
    own = {key: data.draw(st.sampled_from([below[figure.source.id], ()])) for key, figure in reported.figures.items()}
    figures = {
        key: replace(figure, source=sources[figure.source.id], relies_on=own[key])
        for key, figure in reported.figures.items()
    }
    reported = Reported(reported.claims, sources, figures)

    def ends(name):
        on = own.get(f"{name}#cups", below[name])
        return {name} if not on else set().union(*map(ends, on))

    assert origins_by_figure(reported, "office.cups") == {
        key: tuple(sorted(set().union(*map(ends, own[key])) if own[key] else {figure.source.id}))
        for key, figure in figures.items()
    }


def test_two_measurements_behind_one_retelling_are_two_origins(desk):
    reported = desk([source("a", cups()), source("b", cups()), source("c", cups(), relies_on=["a", "b"])])
    assert origins(reported, "office.cups") == ("a", "b")


def test_what_a_figure_relies_on_counts_before_what_its_source_does(desk):
    reported = desk(
        [
            source("a", cups()),
            source("b", cups()),
            source("c", cups(relies_on=["b"]), relies_on=["a"]),
            source("d", cups(relies_on=[]), relies_on=["a"]),
        ]
    )
    assert origins(reported, "office.cups") == ("a", "b", "d")
    only = desk([source("a"), source("b"), source("c", cups(relies_on=["b"]), relies_on=["a"])])
    assert origins(only, "office.cups") == ("b",)


def test_a_source_with_an_own_and_a_retold_reading_is_an_origin_beside_the_one_it_retells(desk):
    reported = desk(
        [
            source("a", cups()),
            source("b", cups(relies_on=[]), cups(12, "retold", relies_on=["a"])),
            source("c", cups(12, "first", relies_on=["a"]), cups(name="second", relies_on=[])),
        ]
    )
    assert origins(reported, "office.cups") == ("a", "b", "c")


@pytest.mark.parametrize(
    "told, holds",
    [
        ({"value": 8, "bound": "more than"}, True),
        ({"value": 8}, False),
        ({"value": 12, "bound": "more than"}, False),
        ({"value": 12, "bound": "less than"}, True),
        ({"low": 8, "high": 12}, True),
        ({"low": 11, "high": 12}, False),
    ],
)
def test_a_rounding_holds_where_what_is_told_is_true_of_what_was_stated(desk, told, holds):
    retold = {"id": "cups", "claim": "office.cups", "unit": "cup/week", "qualifier": "filter coffee", **told}
    reported = desk([source("a", cups()), source("b", retold, relies_on=["a"])])
    found = {m.field: m.holds for m in mutations(reported, "office.cups")}
    assert found.pop("qualifier") is False and found["value"] is holds
    assert set(found.values()) == {holds}


def test_each_reading_has_the_origins_of_its_own_chain(desk):
    reported = desk(
        [
            source("a", cups()),
            source("b", cups()),
            source("c", cups(), relies_on=["a"]),
            source("d", cups(relies_on=["c"]), cups(name="own", relies_on=[], basis="own comment"), relies_on=["b"]),
        ]
    )
    ends = origins_by_figure(reported, "office.cups")
    assert ends == {"a#cups": ("a",), "b#cups": ("b",), "c#cups": ("a",), "d#cups": ("a",), "d#own": ("d",)}
    assert origins(reported, "office.cups") == ("a", "b", "d")


def test_a_basis_is_for_what_relies_on_nothing(desk):
    with pytest.raises(DataFileError, match="basis 'not traced', and it relies on a"):
        desk([source("a", cups()), source("b", cups(basis="not traced"), relies_on=["a"])])


def test_an_origin_need_not_state_the_claim(desk):
    reported = desk([source("a"), source("b", cups(), relies_on=["a"])])
    assert origins(reported, "office.cups") == ("a",)


def test_claims_of_a_single_origin_are_a_question_on_the_desk(desk, sample):
    told_once = {"id": "beans", "claim": "office.beans", "says": "They are.", "stance": "affirms"}
    desk([source("a", cups(), told_once), source("b", cups(), relies_on=["a"])])
    rows = open_database(sample).rows("SELECT * FROM single_origin_claims")
    assert rows == [{"claim": "office.cups", "origin": "a", "n_sources": 2}]
    desk([source("a", cups()), source("b", cups())])
    assert open_database(sample).rows("SELECT * FROM single_origin_claims") == []


# retellings


def changed(reported, claim="office.cups"):
    return {(m.field, m.stated, m.told) for m in mutations(reported, claim)}


@pytest.mark.parametrize(
    "field, key, stated, told",
    [
        ("denominator", "population", "all staff", "those who drink coffee"),
        ("qualifier", "qualifier", "filter coffee only", None),
        ("attribution", "attributed_to", None, "people familiar with the matter"),
        ("baseline", "baseline", "the median", "the average"),
        ("bound", "bound", "more than", None),
        ("period", "period", "2026-Q1", "2026"),
    ],
)
def test_a_retelling_that_changes_one_field_is_found_through_a_source_that_does_not_state_the_claim(
    desk, field, key, stated, told
):
    before, after = ({key: value} if value else {} for value in (stated, told))
    reported = desk(
        [
            source("a", cups(**before)),
            source("b", relies_on=["a"]),
            source("c", cups(**after), relies_on=["b"]),
            source("d", cups(**before), relies_on=["b"]),
        ]
    )
    assert changed(reported) == {(field, stated or "not given", told or "not given")}
    assert {(m.told_by, m.source) for m in mutations(reported, "office.cups")} == {("c#cups", "a#cups")}


def test_a_changed_value_is_found_and_a_changed_scale_is_none(desk):
    reported = desk([source("a", cups(1000)), source("b", cups(1100), relies_on=["a"])])
    assert [m.field for m in mutations(reported, "office.cups")] == ["value"]
    same = desk([source("a", cups(1_000_000)), source("b", cups(1, unit="million cup/week"), relies_on=["a"])])
    assert mutations(same, "office.cups") == ()


def test_another_unit_of_time_is_a_changed_unit_but_not_a_changed_value(desk):
    reported = desk([source("a", cups(35)), source("b", cups(5, unit="cup/day"), relies_on=["a"])])
    assert changed(reported) == {("unit", "cup/week", "cup/day")}
    slip = desk([source("a", cups(35)), source("b", cups(35, unit="cup/day"), relies_on=["a"])])
    assert {m.field for m in mutations(slip, "office.cups")} == {"value", "unit"}


def test_a_denial_told_as_an_affirmation_is_found(desk):
    said = {"id": "beans", "claim": "office.beans", "says": "They are not.", "stance": "denies"}
    told = {**said, "says": "They are.", "stance": "affirms"}
    reported = desk([source("a", said), source("b", told, relies_on=["a"])])
    assert changed(reported, "office.beans") == {("stance", "denies", "affirms")}


def test_sources_that_do_not_rely_on_each_other_are_not_compared(desk):
    assert mutations(desk([source("a", cups(10)), source("b", cups(99))]), "office.cups") == ()


def test_of_several_readings_below_the_nearest_is_compared(desk):
    below = source("a", cups(10, "first", period="2026-Q1"), cups(20, "second", period="2026-Q2"))
    same = desk([below, source("b", cups(20, period="2026-Q2"), relies_on=["a"])])
    assert mutations(same, "office.cups") == ()
    other = desk([below, source("b", cups(21, period="2026-Q2"), relies_on=["a"])])
    assert [(m.field, m.source) for m in mutations(other, "office.cups")] == [("value", "a#second")]


def test_mutated_claims_are_a_question_on_the_desk(desk, sample):
    desk([source("a", cups(10, qualifier="x")), source("b", cups(12), relies_on=["a"])])
    rows = open_database(sample).rows("SELECT * FROM mutated_claims")
    assert rows == [{"claim": "office.cups", "n_readings": 1, "fields": ["qualifier", "value"]}]


# certainty

WEAK = {"seen": "through another"}
OLD = {"published": "2024-04-14"}
NEWS = source("news", published="2026-04-15")  # dates the desk, states nothing

# the line's words, sources without it, sources with it, level before and after
LINES = [
    ("two or more origins", [source("a", cups())], [source("a", cups()), source("b", cups())], "moderate", "high"),
    (
        "a primary document was seen in full or as an archived copy",
        [source("a", cups(), primary=True)],
        [source("a", cups(), primary=True, seen="archived copy")],
        "moderate",
        "high",
    ),
    (
        "a primary document was seen in full or as an archived copy",
        [source("a", cups(), seen="in full")],
        [source("a", cups(), primary=True, seen="in full")],
        "moderate",
        "high",
    ),
    (
        "every reading was seen only through another",
        [source("a", cups())],
        [source("a", cups(), **WEAK)],
        "moderate",
        "low",
    ),
    (
        "every origin rests on unnamed people",
        [source("a", cups())],
        [source("a", cups(), named=False)],
        "moderate",
        "low",
    ),
    (
        "readings for the same period and population lie more than a tenth apart",
        [source("a", cups(10)), source("b", cups(11), relies_on=["a"])],
        [source("a", cups(10)), source("b", cups(11.1), relies_on=["a"])],
        "moderate",
        "low",
    ),
    (
        "an origin has an interest in the number",
        [source("a", cups())],
        [source("a", cups(), interest="sells coffee")],
        "moderate",
        "low",
    ),
    (
        "the newest reading is more than two years older than our newest source",
        [source("a", cups(), published="2024-04-15"), NEWS],
        [source("a", cups(), **OLD), NEWS],
        "moderate",
        "low",
    ),
    (
        "an origin has no address of its own: moderate at the most",
        [source("a", cups()), source("b", cups())],
        [source("a", cups()), source("b", cups(), address=None)],
        "high",
        "moderate",
    ),
]


@pytest.mark.parametrize("words, without, having, before, after", LINES)
def test_each_line_of_the_rule_moves_the_level_as_it_says(desk, words, without, having, before, after):
    line = next(line for line in CERTAINTY_RULE if line.when == words)
    plain = certainty(desk(without), "office.cups")
    assert (plain.level, line.short_reason in plain.reasons) == (before, False)
    moved = certainty(desk(having), "office.cups")
    assert (moved.level, line.short_reason in moved.reasons) == (after, True)
    assert set(moved.reasons) >= set(plain.reasons) - {"1 origin"}
    step = {"raise": 1, "lower": -1, "cap": -1}[line.effect]
    assert LEVELS.index(after) - LEVELS.index(before) == step


def test_every_line_of_the_rule_is_tried():
    assert [line.effect for line in CERTAINTY_RULE].count("start") == 1
    assert {line.when for line in CERTAINTY_RULE if line.effect != "start"} == {words for words, *_ in LINES}
    assert {line.effect for line in CERTAINTY_RULE} == set(EFFECTS)


def test_the_level_stays_between_low_and_high_and_names_every_reason(desk):
    worst = source("a", cups(), seen="through another", named=False, interest="sells", address=None, **OLD)
    found = certainty(desk([worst, NEWS]), "office.cups")
    assert found.level == "low"
    assert set(found.reasons) == {
        "1 origin",
        "seen only through another",
        "unnamed people",
        "an interest in the number",
        "older than two years",
        "an origin without an address of its own",
    }
    best = [source(name, cups(), primary=True, seen="in full") for name in "abc"]
    assert certainty(desk(best), "office.cups").level == "high"


def test_without_an_address_even_the_best_sourcing_is_moderate(desk):
    best = [source(name, cups(), primary=True, seen="archived copy", address=None) for name in "abc"]
    assert certainty(desk(best), "office.cups").level == "moderate"


def test_how_one_figure_was_seen_counts_before_how_its_source_was(desk):
    reported = desk([source("a", cups(seen="in full"), primary=True)])
    assert certainty(reported, "office.cups").level == "high"
    assert certainty(desk([source("a", cups(**WEAK), primary=True, seen="in full")]), "office.cups").level == "low"


def test_readings_of_other_periods_or_people_need_not_agree(desk):
    reported = desk(
        [source("a", cups(10), cups(50, "later", period="2026-Q2"), cups(90, "all", population="everybody"))]
    )
    assert certainty(reported, "office.cups").level == "moderate"


def test_ranges_that_meet_agree(desk):
    wide = {"id": "cups", "claim": "office.cups", "low": 5, "high": 20, "unit": "cup/week"}
    reported = desk([source("a", cups(20)), source("b", wide, relies_on=["a"])])
    assert "readings differ" not in certainty(reported, "office.cups").reasons


def test_a_claim_that_nobody_states_is_low(desk):
    reported = desk([source("a", cups())])
    assert certainty(reported, "office.beans").level == "low"


def test_the_desk_carries_the_same_levels_and_reasons(sample):
    reported, desk = read_reported(sample), open_database(sample)
    for claim in reported.claims:
        found = certainty(reported, claim)
        said = {"claim": claim, "page": 1, "statement": reported.claims[claim].statement}
        assert desk.certainty(claim) == {**said, "level": found.level, "reasons": list(found.reasons)}
        assert tuple(desk.origins(claim)) == origins(reported, claim)
        figures = reported.figures_by_claim[claim]
        for figure in figures:
            assert tuple(desk.figure_origins([figure.ref])) == origins_by_figure(reported, claim)[figure.key]
        assert tuple(desk.figure_origins(figure.ref for figure in figures)) == origins(reported, claim)


def test_a_row_of_a_series_rests_on_what_its_source_rests_on():
    reported = read_reported(find_project(ROOT))
    desk = open_database(find_project(ROOT))
    rows = desk.rows("SELECT key, source FROM series_rows WHERE source <> ''")
    assert any(reported.sources[row["source"]].relies_on for row in rows)
    for row in rows[::20]:
        expected = origins_by_source(reported, [row["source"]])[row["source"]]
        assert tuple(desk.figure_origins([row["key"]])) == expected


def test_contributing_has_the_rule_as_it_is_in_the_code():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert with_rule(guide) == guide, "run `toolkit docs`"
    for line in CERTAINTY_RULE:
        assert f"| {line.effect} | {line.when} | {line.why} |" in certainty_table()


def test_a_guide_without_a_place_for_the_rule_is_refused():
    with pytest.raises(ToolkitError, match="certainty:begin"):
        with_rule("# Contributing\n<!-- certainty:end -->")


def test_figures_without_an_address_are_moderate_at_the_most_on_this_desk():
    reported = read_reported(find_project(ROOT))
    for claim in reported.claims:
        if any(reported.sources[source].address is None for source in origins(reported, claim)):
            assert certainty(reported, claim).level != "high", claim
    assert re.search("moderate", certainty_table())
