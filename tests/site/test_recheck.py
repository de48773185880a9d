"""The page that checks an edition in a browser works out, words and names numbers as the core does."""

import itertools
import json
import re

import pytest

from tests import counts
from tests.site.recheck_trees import FOLLOWED, UNITS, grown, steps_of_fitting_units
from toolkit.build.manifest import SCHEMA, canonical
from toolkit.core.locales import LOCALES
from toolkit.core.operation import PRIMITIVES, RULES, operation
from toolkit.core.tree import nodes_to_json
from toolkit.core.unit import base_units, no_unit, parse_unit, registry_of_text
from toolkit.core.wording import Style, wording_of
from toolkit.site import recheck

EVALUATE = """([units, stories]) => Promise.all(stories.map(async (nodes) => {
  const tree = await readNodes(nodes, { units: unitsOf(units), locale: TABLE.language, rows: false });
  return [...tree.values()].flatMap((node) => node.wrong.map((one) => [node.name, node.operation.name, one.sentence]));
}))"""
SETTINGS = {
    **dict.fromkeys(("said", "how", "column", "question", "unit", "choice", "option", "sha", "where"), "said {0}"),
    **{"signs": "+-", "power": 1.5, "times": 2, "over": 1, "of": "claim", "rows": 3, "all": 9, "count": 4},
}


@pytest.fixture(scope="module")
def twin(browser):
    """A page with the functions of the script."""
    page = browser.new_page()
    page.goto(recheck.FOLDER.as_uri())  # on a blank page browsers work out no hashes
    page.add_script_tag(content=recheck.script(recheck.CORE))
    yield page
    page.close()


def stories_of(seed, count):
    """Numbers as a manifest has them, ten trees a story, as they come back from canonical JSON; and their units."""
    _, made = grown(seed, count)
    return [json.loads(canonical(nodes_to_json(made[start : start + 10]))) for start in range(0, len(made), 10)], made


@pytest.mark.browser
@counts.of("rechecks")
def test_it_works_out_and_words_generated_trees_as_the_core_does(twin):
    stories, made = stories_of(1, 10 * counts.count("rechecks"))
    tried = {node["operation"]["name"] for nodes in stories for node in nodes.values()}
    assert tried >= FOLLOWED - {"product", "sum"} or len(made) < 400
    wrong = [one for story in twin.evaluate(EVALUATE, [UNITS, stories]) for one in story]
    assert wrong == []


@pytest.mark.browser
def test_a_value_a_word_a_unit_and_a_name_that_are_changed_are_each_seen(twin):
    stories, _ = stories_of(2, 40)
    changed = []
    for nodes in stories:
        for name, node in nodes.items():
            if node["inputs"] and node["operation"]["name"] not in ("count", "taken"):
                changed += [{**nodes, name: {**node, **more}} for more in ({"printed": "seven"}, {"kind": "measured"})]
    found = twin.evaluate(EVALUATE, [UNITS, changed])
    assert len(found) > 40 and all(found)


@pytest.mark.browser
def test_an_input_of_another_unit_than_its_primitive_takes_is_seen(twin):
    for name, number in steps_of_fitting_units(parse_unit("USD", registry_of_text(UNITS, "invented"))).items():
        nodes = json.loads(canonical(nodes_to_json([number])))
        assert twin.evaluate(EVALUATE, [UNITS, [nodes]]) == [[]], name
        first = next(node for node in nodes.values() if not node["inputs"])
        first["unit"] = "token" if first["unit"] == "USD" else "USD"
        (wrong,) = twin.evaluate(EVALUATE, [UNITS, [nodes]])
        said = "that of an input token" if first["unit"] == "token" else "units where plain numbers belong"
        assert [one for one in wrong if one[1] == name and said in one[2]], name


WORDED = """([units, cases]) => cases.map(([low, high, style]) => {
  const known = unitsOf(units);
  return worded(low, high, parsedUnit("1", known), style, known, TABLE.language);
})"""


@pytest.mark.browser
def test_it_writes_ranges_of_shares_as_the_core_does(twin):
    ends = [
        (2e-6, 0.16),
        (0.0001, 0.0002),
        (0.0949, 0.1),
        (0.57, 0.72),
        (0.85, 1.15),
        (0.01, 0.01),
        (-0.01, -0.01),
        (0.01, 0.02),
        (0.892241379, 1.12214104),
        (1, 2),
    ]
    styles = [
        {"form": form, "digits": digits, "bare": False, "words": False, "brief": brief}
        for form in ("percent", "points", "times")
        for digits in (None, 1, 2, 3, 4)
        for brief in (False, True)
    ]
    cases = [(low, high, style) for low, high in ends for style in styles]
    known = registry_of_text(UNITS, "invented")
    expected = [wording_of(low, high, no_unit(known), Style(**style)).prose for low, high, style in cases]
    assert twin.evaluate(WORDED, [UNITS, cases]) == expected


@pytest.mark.browser
@pytest.mark.parametrize("code", LOCALES)
@pytest.mark.parametrize("sign", ["$", "CHF", "kr"])
def test_it_writes_the_signs_of_currencies_as_the_core_does(twin, code, sign):
    locale, end = LOCALES[code], {"minus": True, "form": "money", "sign": sign, "digits": "5", "scale": "million"}
    table = {"money": locale.money, "money_scales": locale.money_scales}
    expected = locale.with_sign("−", sign, "5", locale.money_scales["million"])
    assert twin.evaluate("([end, locale]) => endText(end, locale)", [end, table]) == expected


@pytest.mark.browser
@pytest.mark.parametrize("unit", ["1", "USD", "hour"])
def test_it_writes_ranges_over_many_scales_as_the_core_does(twin, unit):
    forms = ("quantity", "times") if unit == "1" else ("quantity",)
    ends = [(1, 590e6), (19, 33e9), (-33e9, -19), (999, 1e6), (1000, 1e6), (0, 5e6), (0.5, 2e12), (-5, 5e9)]
    ends += [(0, 0), (1, 1), (3, 12), (12, 13), (-3, -3), (2.5, 3)]
    each = itertools.product(forms, (None, 2), (False, True), (False, True))
    styles = [{"form": form, "digits": digits, "brief": brief, "words": words} for form, digits, brief, words in each]
    cases = [(low, high, style) for low, high in ends for style in styles]
    known = registry_of_text(UNITS, "invented")
    expected = [wording_of(low, high, parse_unit(unit, known), Style(**style)).prose for low, high, style in cases]
    assert twin.evaluate(WORDED.replace('"1"', f'"{unit}"'), [UNITS, cases]) == expected


@pytest.mark.browser
def test_it_reads_every_way_to_write_a_rate_as_the_core_does(twin):
    texts = ["USD/million token", "USD per million tokens", "USD/(million token)/thousand person", "1 per thousand day"]
    texts += ["(USD/million token)*day", "token PER million person/year", "USD/(token per (person per thousand days))"]
    known = registry_of_text(UNITS, "invented")
    factors = "([units, texts]) => texts.map((text) => parsedUnit(text, unitsOf(units)).factor)"
    expected = [base_units(parse_unit(text, known))[0] for text in texts]
    assert twin.evaluate(factors, [UNITS, texts]) == pytest.approx(expected, rel=1e-12)


@pytest.mark.browser
def test_it_knows_the_words_of_every_primitive(twin):
    for name in PRIMITIVES:
        made = operation(name, **SETTINGS)
        expected = made.words(["{0}", "{1}"])
        assert twin.evaluate("(operation) => wordsOf(operation, ['{0}', '{1}'])", made.to_json()) == expected, name


def test_every_rule_of_the_core_has_its_twin():
    text = (recheck.FOLDER / "operations.js").read_text(encoding="utf-8")
    rules = re.search(r"const RULES = \{\n(.*?)\n\};", text, re.DOTALL)[1]
    assert re.findall(r"^  (\w+):", rules, re.MULTILINE) == list(RULES)


@pytest.mark.heavy
def test_what_travels_is_the_script_of_the_repository_without_its_spaces():
    import vl_convert

    modules = "\n".join((recheck.FOLDER / f"{module}.js").read_text(encoding="utf-8") for module in recheck.MODULES)
    _, _, code = recheck.script(recheck.MODULES, SCHEMA).split("\n", maxsplit=2)
    assert vl_convert.javascript_bundle(code) == vl_convert.javascript_bundle(modules)


def test_the_page_is_one_file_that_may_ask_for_nothing():
    page = recheck.recheck_page("An invented desk", SCHEMA)
    assert len(page.encode()) < 40_000
    assert page == recheck.recheck_page("An invented desk", SCHEMA)
    assert "default-src 'none'" in page and "connect-src" not in page and "unsafe" not in page
    assert not re.findall(r"\b(?:src|href)=\"(?!index\.html)", page)
