"""The rule that nobody types a number: finds numbers in digits or in words; dates and ordinals are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from toolkit.core.errors import Problem
from toolkit.core.locales import LOCALES
from toolkit.notebook.markdown_parser import list_starts, words_of_blocks

ROLE = re.compile(r"\{(eval|quote|source)\}`([^`]+)`")
ROLE_MARK = "\U000f0000"  # stands for a role: a character that has no meaning in Markdown
LONGEST_LIST = 99  # of a numbered list that starts above this, the first number counts as typed
MONTHS = "|".join(dict.fromkeys(month for locale in LOCALES.values() for month in locale.months))
DAY = r"(?:[12][0-9]|3[01]|[1-9])"
UNITS = "times|fold|per cent|percent|percentage|hundred|thousand|million|billion|trillion|dollars|tokens"
COUNTED = "developers|employees|people|companies|requests"
ANY_YEAR = "(?:19[0-9]|20[0-4])[0-9]"
# a day, month or quarter with or without a year, or a date in digits; none if what follows makes it an amount
DATES = re.compile(
    rf"(?<![$€£.,−-])\b(?:{DAY}(?:(?: to | and |–){DAY})? (?:{MONTHS})(?:,? {ANY_YEAR})?|"
    rf"{DAY}\. (?:{MONTHS}) {ANY_YEAR}|(?:{MONTHS}) {ANY_YEAR}|"
    rf"{ANY_YEAR}s|"
    rf"{ANY_YEAR}-(?:[0-9][0-9]-[0-9][0-9]|Q[1-4]|H[12])|Q[1-4](?: {ANY_YEAR})?|H[12] {ANY_YEAR}|"
    rf"(?:[Ee]lections?|[Bb]udgets?|[Cc]ensus|[Ss]eason|[Ss]urvey|[Ww]orld [Cc]up|[Oo]lympics) {ANY_YEAR}|"
    rf"(?:1?[0-9]|2[0-3])[:.][0-5][0-9] ?(?:am|pm|a\.m|p\.m|o’clock))\b"
    rf"(?![,.]?[0-9]|%|×| (?:{UNITS}|{COUNTED})\b)"
    rf"|{ANY_YEAR}年(?:[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?)?|(?<![0-9])[0-9]{{1,2}}月[0-9]{{1,2}}日"
)
YEAR = re.compile(
    rf"(?<![$€£.,−\w]){ANY_YEAR}(?:[–/-]{ANY_YEAR}|/[0-9]{{2}})?(?![\w%×]|[,.][0-9]|-[0-9]| ?(?:{UNITS}|{COUNTED})\b)"
)
# a year of a school, a season or a budget: 2023-24
TWO_YEARS = re.compile(rf"(?<![$€£.,−-])\b({ANY_YEAR})[–/-]([0-9]{{2}})(?![\w%×–/-])")
AROUND = 200  # how many characters before and after a year are looked at
DATE_MARK = "\U000f0001"  # stands for a date that was taken out
# After these words 2020 is a year, unless a plural follows, which is then what is counted: "of 2020 stores".
PREPOSITIONS = frozenset(
    "in of since until till from to by before after during for through throughout around at than and or but if when "
    "that because although while whether where than as "
    "im seit bis von vor nach für ab en de depuis desde em في منذ من إلى حتى".split()
)
# after these words it is an amount, whatever follows: "more than 2000 staff"
AMOUNTS = re.compile(
    r"(?:\b(?:more|less|fewer|greater|higher|lower|larger|smaller|bigger|mehr|weniger|größer|kleiner) (?:than|als)"
    r"|\b(?:at (?:least|most)|as (?:many|much|few|little) as|mindestens|höchstens|plus de|moins de|más de|menos de)"
    r"|(?:أكثر|أقل) من)\s+$",
    re.IGNORECASE,
)
# plurals without the ending of one: they are counted, as "stores" are
PLURALS = (
    "staff|people|children|men|women|police|personnel|clergy|cattle|sheep|fish|feet|teeth|mice|geese|media|criteria|"
    "alumni|troops|aircraft|livestock|[a-z]+(?:men|women|folk|children)"
)
# after these words it is a year even before a plural: "the 2026 figures"
DETERMINERS = frozenset(
    "the its a an this that each every their our his her my your both year years early late fiscal calendar fy spring "
    "summer autumn fall winter quarter half published updated dated filed copyright © "
    "das die der des dem den jahr jahre jahres ende anfang mitte frühjahr frühling sommer herbst "
    "année an año ano عام سنة العام السنة".split()
)
PLURAL = re.compile(rf"\s+(?:(?!(?:was|has|as|its|does|says|perhaps)\b)[a-z][a-z-]*[^\W_sui]s|{PLURALS})\b")
# before these words it is a year, whatever comes before it: "puts 2027 above it"
COMPARED = re.compile(r"\s+(?:above|below|over|under|ahead|behind|against)\b")
# before these, at the start of a sentence or after a comma, it is a year
ALONE = re.compile(
    r"\s*(?:$|[.,:;!?)\]|–—-]|(?:is|was|will|has|had|saw|brought|began|ended|in|to|and|or|on|onwards?)\b)"
)
BETWEEN = re.compile(rf"\s+and {ANY_YEAR}(?!\w)")
JOINED = re.compile(rf"{DATE_MARK}(?:\s*[,–/&-]\s*|,? (?:and|to|or|und|bis|oder|et|à|y|a|إلى|و) ?|\s)$")
ORDINALS = re.compile(r"\b[0-9]+(?:st|nd|rd|th)\b|第[0-9]+")
COUNT = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|dozen|million|billion|"
    "trillion|several"
)
# numbers in words that say how much: "two thirds", "one in five", "doubled", in Chinese "三百万", "两倍"
NUMBERS_IN_WORDS = re.compile(
    rf"\b(?:(?:{COUNT})[ -](?:{UNITS}|thirds|quarters of|fifths|tenths)|(?:{COUNT})fold"
    rf"|(?:{COUNT}) (?:in|out of)(?: every)? (?:{COUNT})|factor of (?:{COUNT})|twice|thrice|half as (?:much|many)"
    r"|doubl(?:e[sd]?|ing)|tripl(?:e[sd]?|ing)|quadrupl(?:e[sd]?|ing)|halved)\b"
    r"|[一二两三四五六七八九十百千]+[万萬亿億倍成]|百分之[一二三四五六七八九十百]+|[一二三四五六七八九]分之一"
    # hundreds and thousands, and tens with a digit at each side: 三百家, 二十五; no day, year or ordinal, as 十二月 is
    r"|(?<![第初一二三四五六七八九十百千])(?:[一二两兩三四五六七八九][百千][零〇一二三四五六七八九十百]*|[一二三四五六七八九]十[一二三四五六七八九]?)"
    r"(?![一二三四五六七八九十百千年月日号號])"
    # the same in Korean, Cyrillic, Hebrew, Hindi and Arabic letters: how many hundreds, thousands or millions
    r"|[일이삼사오육칠팔구수][ ]?(?:백|천|만|억)"
    r"|\b(?:двести|триста|четыреста|пятьсот|шестьсот|семьсот|восемьсот|девятьсот)\b"
    r"|\b(?:две|два|три|четыре|пять|шесть|семь|восемь|девять|десять|двадцать|тридцать|сорок|сто) "
    r"(?:тысяч[аи]?|миллион(?:а|ов)?|миллиард(?:а|ов)?)\b"
    r"|\b(?:שתי|שלוש|ארבע|חמש|שש|שבע|שמונה|תשע) (?:מאות|אלף|אלפים|מיליון)|\b(?:מאתיים|אלפיים)\b"
    r"|(?<!\S)(?:एक|दो|तीन|चार|पाँच|पांच|छह|सात|आठ|नौ|दस|बीस) (?:सौ|हज़ार|हजार|लाख|करोड़)(?!\S)"
    r"|\b(?:ثلاث|أربع|خمس|ست|سبع|ثمان|ثماني|تسع|عشر)ة? ?(?:مئة|مائة|آلاف|ملايين|مليارات|أضعاف)\b"
    r"|\b(?:مئتا|مائتا|مئتان|مائتان|مئتين|مائتين|ألفا|ألفان|ألفين|مليونان|مليونين)\b",
    re.IGNORECASE,
)
PIECE = re.compile(r"[^\s()，。、；：！？「」《》（）]+")
CHINESE_ZERO = "〇"  # a word, as the other Chinese numerals are, though Unicode has it among the signs
NUMERALS = ("Nd", "No", "Nl")  # Unicode's categories of digits and signs for numbers, not of words for numbers


def typed_problem(where: str, typed: str, instead: str, remedy: str) -> Problem:
    """The refusal of typed numbers, wherever they stand: `instead` is what may stand there, `remedy` what to do."""
    return Problem(
        where,
        f"a typed number: {typed}",
        f"{instead}; dates, ordinals, names of data/names_with_digits.txt",
        f"{remedy}; a name with digits goes into data/names_with_digits.txt",
    )


def typed_numbers(text: str, names: Iterable[str] = ()) -> list[str]:
    """The numbers typed into Markdown, in digits or words.

    Roles, code, math, addresses, labels of footnotes and the marks of lists do not count; the words of {source} do.
    """
    markdown = ROLE.sub(lambda role: role[2].partition(":")[2] if role[1] == "source" else ROLE_MARK, text)
    starts = [str(start) for start in list_starts(markdown) if start > LONGEST_LIST]
    return [*starts, *(typed for words in words_of_blocks(markdown) for typed in typed_in_words(words, names))]


def typed_in_words(text: str, names: Iterable[str] = ()) -> list[str]:
    """The numbers typed into a text without Markdown, in digits or words, but for dates, ordinals and `names`."""
    text = unicodedata.normalize("NFC", text)  # as the names are
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    text = ORDINALS.sub(" ", without_dates(text))
    typed = [
        (match.start(), match.group().replace(ROLE_MARK, "").replace(DATE_MARK, ""))
        for match in PIECE.finditer(text)
        if any(unicodedata.category(sign) in NUMERALS and sign not in CHINESE_ZERO for sign in match.group())
    ]
    typed += [(match.start(), match.group()) for match in NUMBERS_IN_WORDS.finditer(text)]
    return [piece.rstrip(".,;:!?") for _, piece in sorted(typed)]


def without_dates(text: str) -> str:
    """The text with each date, in digits of any script, replaced by DATE_MARKs; of years those that read as dates."""
    signs, digits = list(text), [str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text]
    for pattern in (TWO_YEARS, DATES, YEAR):
        for match in pattern.finditer("".join(digits)):
            start, end = match.span()
            if pattern is TWO_YEARS and not _are_years(match):
                continue
            before, after = digits[max(0, start - AROUND) : start], digits[end : end + AROUND]
            certain = pattern is DATES or (pattern is TWO_YEARS and not PLURAL.match("".join(after)))
            if certain or reads_as_date("".join(before), "".join(after)):
                signs[start:end] = digits[start:end] = [DATE_MARK] * (end - start)
    return "".join(signs)


def _are_years(match: re.Match[str]) -> bool:
    """Whether two numbers are a year and the next, 2023-24, or, as only dates have it, a dash: 2010–20."""
    first, second = int(match[1][2:]), int(match[2])
    return (first + 1) % 100 == second or ("–" in match[0] and first < second)


def reads_as_date(before: str, after: str) -> bool:
    """Whether a year between these words is a date, not a count: "in 2020" is one, "closed 2020 stores" is not."""
    if AMOUNTS.search(before):
        return False
    if before.endswith(("(", "[", "’s ", "'s ")) or after.startswith(("’s", "'s")):
        return True
    if JOINED.search(before) or COMPARED.match(after):
        return True
    words = before.split()
    last = words[-1].strip("“”\"'‘*_").casefold() if words else ""
    if last.rstrip("-").endswith(("mid", "pre", "post")) and before.endswith("-") or last in DETERMINERS:
        return True
    if last in PREPOSITIONS or last.removeprefix("و") in PREPOSITIONS:
        return not PLURAL.match(after)
    if last == "between" and (other := BETWEEN.match(after)):
        return not PLURAL.match(after[other.end() :])
    return (not words or last.endswith((".", ",", ":", ";", "!", "?", "–", "—", "|"))) and bool(ALONE.match(after))
