"""Who says that values are so much per something: each rule's example is said by whom the rule says."""

import pytest

from toolkit.core.unit import parse_unit, registry_of_text
from toolkit.database.rates import RULES, SaidBy, said_by

UNITS = """\
EUR = [money]
person = [person] = _ = people
pack = [pack] = _ = packs
token = [token] = _ = tokens
request = [request] = _ = requests
metre = [length]
hour = [time]
day = 24 hour
month = 730 hour
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example)
def test_the_first_rule_that_holds_for_its_example_is_that_rule(rule):
    units = registry_of_text(UNITS, "units.txt")
    values, _, said = rule.example.partition(": ")
    own, _, period = values.removeprefix("sum of ").partition(", by ")
    who = said_by(parse_unit(own, units), parse_unit(said, units), added_up=values.startswith("sum of "), period=period)
    assert who is rule.who


def test_the_rules_say_what_the_columns_say_that_values_are_made_of():
    units = registry_of_text(UNITS, "units.txt")
    eur, person, per_person = (parse_unit(text, units) for text in ("EUR", "person", "EUR/person"))
    assert said_by(eur, per_person, added_up=False, period="", of_columns=[eur, person]) is SaidBy.NOBODY
    assert said_by(per_person, eur, added_up=False, period="", of_columns=[eur, person]) is SaidBy.AUTHOR
    assert said_by(per_person, eur, added_up=False, period="", of_columns=[per_person]) is SaidBy.CODE
    assert said_by(eur, parse_unit("metre", units), added_up=False, period="") is SaidBy.NOBODY
