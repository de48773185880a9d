"""Words for a total: a row under one of them adds other rows up, and would be counted twice beside them."""

from __future__ import annotations

import re

from toolkit.core.lookalikes import skeleton

_MEAN_A_TOTAL = frozenset(
    (
        "total|totals|grand total|grand totals|overall total|sum|sums|sum total|sub-total|sub-totals|sub total|"
        "subtotal|subtotals|gesamt|gesamtergebnis|gesamtsumme|gesamtwert|insgesamt|summe|zusammen|zwischensumme|"
        "zwischensummen|total général|total generale|totaux|somme|sous-total|sous total|totale|totale complessivo|"
        "totale generale|somma|subtotale|total general|total geral|suma|suma total|summa|samlet|totalt|i alt|yhteensä|"
        "totaal|subtotaal|totalen|razem|ogółem|łącznie|celkem|összesen|toplam|σύνολο|итого|всего|разом|المجموع|"
        "合計|合计|小計|小计|总计|總計|汇总|彙總|共计|共計|합계|∑|σ"
    ).split("|")
)
_MAY_MEAN_ONE = frozenset(
    "all|overall|both|combined|alle|ensemble|tous|toutes|todos|todas|tutti|全部|全体|全體".split("|")
)
_CERTAIN = frozenset(map(skeleton, _MEAN_A_TOTAL))
_WORDS = frozenset(word for word in {*_CERTAIN, *map(skeleton, _MAY_MEAN_ONE)} if word.isalpha()) | {
    "together",
    "aggregate",
}
_WITHOUT_SPACES = tuple(
    word for word in _WORDS if not any(map(str.isascii, word)) and len(word) == 2
)  # 合计 in 全国合计
_NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}
_AROUND = " :*.–—-=()[]"
_AS_PATTERN = "|".join(map(re.escape, sorted(_MEAN_A_TOTAL)))
# as SQL matches a text in small letters: it is a word for a total and no more
IS_A_TOTAL = rf"^[^\p{{L}}]*({_AS_PATTERN})[^\p{{L}}]*$"
# as SQL matches a text in small letters: it has a word for a total in it, or begins with one that may mean one
HAS_A_TOTAL = (
    rf"(^|[^\p{{L}}])({_AS_PATTERN})([^\p{{L}}]|$)|"
    rf"^[^\p{{L}}]*({'|'.join(sorted(_MAY_MEAN_ONE))})([^\p{{L}}]|$)|"
    rf"({'|'.join(_WITHOUT_SPACES)})"
)
_WORD_FOR_A_TOTAL = re.compile(rf"(?<!\w)({_AS_PATTERN})(?!\w)")


def is_total(text: str, certain: bool = False) -> bool:
    """True for a word that says that a row adds others up, in the languages that tables come in: "Sub-total", "Summe:".

    Words such as "All" and "Overall" may name a group of its own too: they count unless a `certain` one is asked for.
    """
    word = skeleton(text.casefold()).strip(_AROUND)
    return word in _CERTAIN or (word in _MAY_MEAN_ONE and not certain)


def without_total(text: str) -> str:
    """What is left of a text in small letters without its word for a total: "north" of "North Total"; "" of "Total"."""
    return _WORD_FOR_A_TOTAL.sub(" ", text.casefold(), count=1).strip(_AROUND)


def reads_as_total(text: str) -> bool:
    """True for a text with a word for a total anywhere in it: "Total towns", "T o t a l", "In total 2024".

    So do some names, such as "Total Bay": what such a row states decides.
    """
    if text.isascii():
        words = text.casefold().translate(_NO_LETTERS).split()
    else:
        seen = skeleton(text.casefold())
        words = "".join(sign if sign.isalpha() else " " for sign in seen).split()
        if "∑" in seen or any(word in seen for word in _WITHOUT_SPACES):
            return True
    spaced = len(words) > 2 and all(len(word) == 1 for word in words)
    return ("".join(words) in _WORDS) if spaced else not _WORDS.isdisjoint(words)
