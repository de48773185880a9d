"""Words for a total: a row under one of them adds other rows up, and would be counted twice beside them."""

from __future__ import annotations

import re

from toolkit.core.lookalikes import as_seen

_MEAN_A_TOTAL = frozenset(
    (
        "total|totals|grand total|grand totals|overall total|sum|sums|sum total|sub-total|sub-totals|sub total|"
        "subtotal|subtotals|gesamt|gesamtergebnis|gesamtsumme|gesamtwert|insgesamt|summe|zusammen|zwischensumme|"
        "zwischensummen|total général|total generale|totaux|somme|sous-total|sous total|totale|totale complessivo|"
        "totale generale|somma|subtotale|total general|total geral|suma|suma total|summa|samlet|totalt|i alt|yhteensä|"
        "totaal|subtotaal|totalen|razem|ogółem|łącznie|celkem|összesen|toplam|σύνολο|итого|всего|разом|المجموع|"
        "合計|合计|小計|小计|总计|總計|합계"
    ).split("|")
)
_MAY_MEAN_ONE = frozenset("all|overall|both|combined|alle|ensemble|tous|toutes|todos|todas|tutti".split("|"))
_CERTAIN = frozenset(map(as_seen, _MEAN_A_TOTAL))
_AROUND = " :*.–—-=()[]"
# as SQL matches a text in small letters: it begins with a word for a total, or is one that may mean one
STARTS_A_TOTAL = (
    rf"^[^\p{{L}}]*({'|'.join(map(re.escape, sorted(_MEAN_A_TOTAL)))})([^\p{{L}}]|$)|"
    rf"^[^\p{{L}}]*({'|'.join(sorted(_MAY_MEAN_ONE))})[^\p{{L}}]*$"
)


def is_total(text: str, certain: bool = False) -> bool:
    """True for a word that says that a row adds others up, in the languages that tables come in: "Sub-total", "Summe:".

    Words such as "All" and "Overall" may name a group of its own too: they count unless a `certain` one is asked for.
    """
    word = as_seen(text.casefold()).strip(_AROUND)
    return word in _CERTAIN or (word in _MAY_MEAN_ONE and not certain)
