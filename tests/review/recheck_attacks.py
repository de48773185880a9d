"""An invented edition, and what somebody may change in it or its archive, for the page that checks both in a browser.

Each change comes with all hashes brought up to date. `SEEN` are kinds that the page is to see, `UNSEEN` those that it
cannot, as it says itself.
"""

import json
import random
import re
from collections.abc import Callable

from tests.review.archive_attacks import MANIFEST, Files, sha256, with_hashes
from toolkit.build.manifest import canonical
from toolkit.core.number import nodes_from_json
from toolkit.core.tree import nodes_to_json
from toolkit.core.unit import registry_of_text

PAGE, FRONT, CSV = "edition/mugs.html", "edition/index.html", "edition/mugs/data/cups.csv"
CLAIMS = "edition/claims-coffee.html"
ALONE, SPEC, DRAWING = (f"edition/mugs/charts/cups{ending}" for ending in (".html", ".vl.json", ".svg"))
CELLS = (
    "from toolkit import assume, high_end, least_to_greatest, log, mean, open_story, say, span, table, total\n"
    'story = open_story("mugs")\nsurvey, paper = story["office-survey"], story["paper-retelling"]\n'
    'heavy, median, budget = survey["heavy"], survey["median"], survey["budget"]\n'
    'share = assume((0.2, 0.4), "1", why="a share of cups that stay in mugs, invented").percent\n'
    'kept = story.finding("mugs.kept", heavy * share, "Cups a week that stay in mugs")\n'
    'both = story.finding("mugs.both", total([heavy, median]), "Cups of a heavy and a median drinker")\n'
    'over = story.finding("mugs.over", heavy / median, "Heavy drinkers over the median")\n'
    'told = story.finding("mugs.told", least_to_greatest([survey["told"], paper["told"]]), "The multiple as told")\n'
    'gone = story.finding("mugs.gone", (1 - share) * budget, "What is spent on cups that are drunk")\n'
    'middle = story.finding("mugs.middle", mean([heavy, paper["heavy_a_day"]]), "The mean of two readings")\n'
    'apart = story.finding("mugs.apart", log(over) / log(high_end(told)), "How far apart, in logarithms")',
    "---\ndek: Nothing here is true.\nstatus: published\n---\n\n# Of {eval}`both`, some stay in mugs\n\n"
    "Heavy drinkers take {eval}`over` the cups of the median, and {eval}`kept` stay in mugs.",
    "## What was told\n\nBetween {eval}`told` was told; {eval}`gone` is drunk, {eval}`middle` is the mean and "
    "{eval}`share` stays. The readings are {eval}`apart.digits(3)` apart; {eval}`heavy` and {eval}`median` end it.",
    'rows = [dict(who="heavy", cups=heavy, kept=kept), dict(who="median", cups=median, kept=median * share),\n'
    '        dict(who="both", cups=both, kept=both * share)]\n'
    'story.chart(table("cups", rows, who="Who", cups="Cups", kept="Cups kept"), "dots", x="cups", y="who",\n'
    '            title=say("Both take {}", both), subtitle="Cups a week, an invented office", notes="Invented.",\n'
    '            alt="Three dots with the cups of a heavy drinker, a median one, and both, of an invented office.")',
    'table("readings", [dict(what="told", value=told), dict(what="gone", value=gone)], what="What", value="Value")',
    'story.sql("""SELECT source, count(*) AS readings, list_sort(list(key)) AS keys FROM figures\n'
    'WHERE claim = \'coffee.cups_heavy\' GROUP BY source ORDER BY source""")',
    "## What we do not know\n\nWhy so many cups stay in mugs. The paper writes of an average, and of nothing else.",
)
Change = Callable[[random.Random, Files], Files]
DIGIT = re.compile(r"\d")


def _text(files: Files, name: str) -> str:
    return files[name].decode()


def _in(pattern: str, name: str, change: Callable[[random.Random, str], str]) -> Change:
    """A change of the first group of one match of a pattern in a file."""

    def changed(draw: random.Random, files: Files) -> Files:
        text = _text(files, name)
        place = draw.choice(list(re.finditer(pattern, text)))
        made = change(draw, place[1])
        return {**files, name: (text[: place.start(1)] + made + text[place.end(1) :]).encode()}

    return changed


def _digit(draw: random.Random, text: str) -> str:
    """The text with one digit exchanged; not a zero after the point, which may be all the same."""
    place = draw.choice(list(DIGIT.finditer(text)))
    other = draw.choice([digit for digit in "123456789" if digit != place[0]])
    return text[: place.start()] + other + text[place.end() :]


def _word(draw: random.Random, text: str) -> str:
    words = text.split(" ")
    place = draw.randrange(len(words))
    return " ".join([*words[:place], draw.choice(["some", "nearly", "Invented"]) + words[place], *words[place + 1 :]])


def _gone(draw: random.Random, text: str) -> str:
    return ""


def _manifest(change: Callable[[random.Random, dict], None]) -> Change:
    """A change of the story's entry in the manifest."""

    def changed(draw: random.Random, files: Files) -> Files:
        stored = json.loads(files[MANIFEST])
        change(draw, stored["stories"]["mugs"])
        return {**files, MANIFEST: canonical(stored)}

    return changed


def _node(change: Callable[[random.Random, dict, dict], None], wanted: Callable[[dict], bool] = bool) -> Change:
    """A change of one node, of those wanted."""

    def changed(draw: random.Random, story: dict) -> None:
        node = draw.choice([node for _, node in sorted(story["nodes"].items()) if wanted(node)])
        change(draw, node, story["nodes"])

    return _manifest(changed)


def _scaled(draw: random.Random, node: dict, nodes: dict) -> None:
    by = draw.choice([1.01, 0.5, 2, 10])
    node["low"], node["high"] = node["low"] * by, node["high"] * by


def _other_operation(draw: random.Random, node: dict, nodes: dict) -> None:
    others = {"sum": "mean", "mean": "sum", "product": "ratio", "ratio": "product", "reach": "span", "log": "exp"}
    node["operation"] = {"name": others.get(node["operation"]["name"], "choice"), "signs": "+" * len(node["inputs"])}


def _other_input(draw: random.Random, node: dict, nodes: dict) -> None:
    place = draw.randrange(len(node["inputs"]))
    node["inputs"][place] = draw.choice(sorted(name for name in nodes if name != node["inputs"][place]))


def _set(key: str, *values: str) -> Callable[[random.Random, dict, dict], None]:
    def changed(draw: random.Random, node: dict, nodes: dict) -> None:
        node[key] = draw.choice([value for value in values if value != node.get(key)])

    return changed


def _renamed(draw: random.Random, files: Files) -> Files:
    """A figure's value changed, and the names of all numbers above it brought up to date everywhere."""
    stored = json.loads(files[MANIFEST])
    story = stored["stories"]["mugs"]
    name = draw.choice(sorted(name for name, node in story["nodes"].items() if not node["inputs"]))
    _scaled(draw, story["nodes"][name], {})
    units = registry_of_text(stored["units"], "the units")
    numbers = nodes_from_json(story["nodes"], units)
    story["nodes"] = nodes_to_json(numbers[one] for one in story["nodes"])
    text = canonical(stored).decode()
    for old, number in numbers.items():
        text = text.replace(old, number.digest)
    return {**files, MANIFEST: text.encode()}


def _finding(change: Callable[[random.Random, dict, dict], None]) -> Change:
    def changed(draw: random.Random, story: dict) -> None:
        change(draw, draw.choice([one for _, one in sorted(story["findings"].items())]), story)

    return _manifest(changed)


def _finding_of_another(draw: random.Random, finding: dict, story: dict) -> None:
    finding["node"] = draw.choice(sorted(name for name in story["nodes"] if name != finding["node"]))


def _stated(draw: random.Random, story: dict) -> None:
    numbers = story["numbers"]["mugs.html"]
    one, other = draw.sample(range(len(numbers)), 2)
    if numbers[one] == numbers[other]:
        numbers.pop()
    numbers[one], numbers[other] = numbers[other], numbers[one]


def _table_value(draw: random.Random, story: dict) -> None:
    cells = [cell for row in story["tables"]["readings"]["values"] for cell in row if cell]
    cell = draw.choice(cells)
    cell[0] *= 0.5


def _unit_defined_anew(draw: random.Random, files: Files) -> Files:
    stored = json.loads(files[MANIFEST])
    stored["units"] = stored["units"].replace("week = 7", "week = 5")
    return {**files, MANIFEST: canonical(stored)}


def _put(name: str, old: str, new: str, key: str = "") -> Change:
    """A text of a file exchanged once; with a `key`, that of the manifest's story emptied before."""

    def changed(draw: random.Random, files: Files) -> Files:
        stored = json.loads(files[MANIFEST])
        if key:
            stored["stories"]["mugs"][key] = {}
        text = _text(files, name)
        assert old in text, (name, old)
        return {**files, MANIFEST: canonical(stored), name: text.replace(old, new, 1).encode()}

    return changed


def _doubled(draw: random.Random, files: Files) -> Files:
    """A table twice, the second with other numbers."""
    text = _text(files, PAGE)
    (table,) = re.findall(r"<table id=table-readings.*?</table>", text, re.DOTALL)
    return {**files, PAGE: text.replace(table, table + table.replace("3.5", "9.5")).encode()}


def _decoy(draw: random.Random, files: Files) -> Files:
    """After the hashes: a second manifest, which names all files and no story."""
    named = {name: {"sha256": sha256(content), "bytes": len(content)} for name, content in files.items()}
    return {**files, "manifest.json": canonical({**json.loads(files[MANIFEST]), "stories": {}, "files": named})}


def _page_added(draw: random.Random, files: Files) -> Files:
    name = draw.choice(["mugs-annex.html", "MUGS.html", "more/mugs.html"])
    return {**files, f"edition/{name}": files[PAGE].replace(b"3.5", b"9.5")}


def _file_added(draw: random.Random, files: Files) -> Files:
    """After the hashes: nobody names it."""
    return {**files, f"edition/more-{draw.randrange(99)}.html": b"<p>More"}


def _file_gone(draw: random.Random, files: Files) -> Files:
    gone = draw.choice([PAGE, FRONT, CSV, "edition/mugs/charts/cups.svg"])
    return {name: content for name, content in files.items() if name != gone}


def _cell(name: str, pattern: str) -> Change:
    return _in(pattern, name, _digit)


LEAF = re.compile("printed|assumed")
OVER, FINDING = (
    "data-note=2>3.5 times<",
    "<div class=finding><p>Heavy drinkers take <span class=n id=n-2 data-note=2>",
)
SEEN: dict[str, Change] = {
    "a number in the text": _in(r"id=n-\d+ data-note=\d+>([^<]*\d[^<]*)<", PAGE, _digit),
    "the value over a receipt": _in(r"class=amount>[^<]*<b>([^<]*\d[^<]*)</b>", PAGE, _digit),
    "a step of a receipt": _in(r"<li><b>([^<]*\d[^<]*)</b>", PAGE, _digit),
    "a step's label": _in(r"<li><b>[^<]*</b>[^<]*<br>([^<]+)", PAGE, _word),
    "the words a receipt is for": _in(r'aria-label="Receipt for ([^"]*\d[^"]*)"', PAGE, _digit),
    "the list of numbers": _in(r"<li value=\d+><a href=#n-\d+>([^<]*\d[^<]*)</a>", PAGE, _digit),
    "the citation": _in(r"<p class=muted>Finding [\w.]+ = ([^(,<]*\d)", PAGE, _digit),
    "data for machines": _in(r'"(?:min|max)Value":([\d.]+)', PAGE, _digit),
    "the headline": _in(r"<h1>([^<]+)<", PAGE, _word),
    "a number of the front page": _in(r"href=mugs.html#n-\d+>([^<]*\d[^<]*)</a>", FRONT, _digit),
    "a cell of a chart's table": _in(r"<td>([^<]*\d[^<]*)<", PAGE, _digit),
    "a row of a table": _in(r"(<tr><th scope=row[^\n]*\n)", PAGE, _gone),
    "a chart's title": _in(r"id=title-cups>([^<]+)<", PAGE, _word),
    "a value of a download": _in(r"[\w]+,([\d.]+)", CSV, _digit),
    "a word of a download": _in(r"\n([a-z]+),", CSV, _word),
    "a line of a download": _in(r"(?<=\n)([a-z]+,.*\n)", CSV, _gone),
    "a column's unit": _in(r'"schema:unitText":"([^"]+)"', f"{CSV}-metadata.json", lambda draw, text: "USD"),
    "a number's value": _node(_scaled),
    "a figure with all names": _renamed,
    "an operation": _node(_other_operation, lambda node: len(node["inputs"]) > 0),
    "an input": _node(_other_input, lambda node: len(node["inputs"]) > 0),
    "a unit": _node(_set("unit", "USD", "1", "cup", "week")),
    "a kind": _node(_set("kind", "reported", "computed", "measured", "assumed", "synthetic")),
    "a number's words": _node(lambda draw, node, _: node.update(printed=_word(draw, node["printed"]))),
    "a label": _node(_set("label", "Cups of somebody else"), lambda node: not node["inputs"]),
    "a source": _node(_set("ref", "figure:office-survey#heavy", "figure:office-survey#told"), lambda n: "ref" in n),
    "a reason": _node(_set("why", "a share that was measured"), lambda node: "why" in node),
    "a style": _node(lambda draw, node, _: node.update(style={"form": "percent"}), lambda n: n["unit"] == "1"),
    "what a finding prints": _finding(lambda draw, one, _: one.update(printed=_word(draw, one["printed"]))),
    "a finding's label": _finding(lambda draw, one, _: one.update(label=_word(draw, one["label"]))),
    "a finding's number": _finding(_finding_of_another),
    "which number stands where": _manifest(_stated),
    "a value of a table": _manifest(_table_value),
    "the title in the manifest": _manifest(lambda draw, story: story.update(title=_word(draw, story["title"]))),
    "the numbers taken out of the manifest": _put(PAGE, ">3.5 times<", ">9.5 times<", "numbers"),
    "a chart taken out of the manifest": _put(PAGE, "<td>35<", "<td>95<", "charts"),
    "a table taken out of the manifest": _put(PAGE, "<td>3.5 to 4.0 times", "<td>9.5 times", "tables"),
    "a table's values taken out of the manifest": _manifest(
        lambda draw, story: story["tables"]["readings"].pop("values")
    ),
    "a page that the manifest has no story for": _page_added,
    "a cell with a mark in it": _put(PAGE, "<td>35<", "<td><b>95</b><"),
    "a chart's title with a mark in it": _put(PAGE, ">Both take 45 cups", "><b>Both</b> take 95 cups"),
    "a mark in a number": _put(PAGE, OVER, OVER[:-1] + '<small class="kind"> a thousand</small><'),
    "words in a number's button": _put(PAGE, 'aria-label="Receipt 2">', 'aria-label="Receipt 2"> thousand'),
    "digits before a receipt's value": _put(PAGE, "<p class=amount><b>7.0", "<p class=amount>9<b>7.0"),
    "two places of one name": _put(PAGE, FINDING, FINDING + '9.5 times</span><span class="n" id="n-2" data-note="2">'),
    "a number without a receipt": _put(PAGE, "Why so many", 'Why <span class="n">9.5 million</span> so many'),
    "a table twice": _doubled,
    "rows below a table's rows": _put(
        PAGE, "</tbody>", "</tbody><tfoot><tr><th>all</th><td>9</td><td>9</td></tr></tfoot>"
    ),
    "a drawing in a label, and a number after it": _put(
        PAGE, "Why so many", '<i title="<svg"></i>Why <span class="n">9</span><i title="</svg>"></i> so many'
    ),
    "a drawing that is none, and a number in it": _put(
        PAGE, "Why so many", '<g title="<svg">Why <text class="n">9</text><g id="</svg>"></g></g> so many'
    ),
    "a page that refreshes": _put(PAGE, "<title>", '<meta http-equiv="refresh" content="0;url=//example.org"><title>'),
    "a name looked up": _put(FRONT, "<title>", '<link rel="dns-prefetch" href="//example.org"><title>'),
    "minus before a linked number": _in(r"href=mugs.html#n-\d+>([^<]*\d)", FRONT, lambda draw, text: f"minus {text}"),
    "a sum over a receipt": _in(r"<p class=sum>(\d\d) a week ×", PAGE, _digit),
    "a sum in a receipt": _put(PAGE, "<p>35 a week × (20–40%) = 7–14", "<p>35 a week × (20–40%) = 97–914"),
    "a sum in the list of numbers": _in(r"</a> = (\d\d) a week ÷", PAGE, _digit),
    "the kind over a receipt": _put(
        PAGE, "<span>computed with assumptions</span></p>\n<p class", "<span>reported</span></p>\n<p class"
    ),
    "the kind of a step": _put(PAGE, "<i>assumed</i>", "<i>reported</i>"),
    "the kind beside a number": _put(PAGE, "<small class=kind>assumed</small>", ""),
    "a finding cited that is none": _put(
        PAGE, "<p class=muted>Finding", "<p class=muted>Finding mugs.all = 9</p><p class=muted>Finding"
    ),
    "the headline for machines": _in(r'"headline":"([^"]+)"', PAGE, _word),
    "a sign that turns what follows": _put(PAGE, "Heavy drinkers take", "Heavy drinkers take \u202e"),
    "a direction": _put(PAGE, "class=finding", "class=finding dir=rtl"),
    "an operation that every object has": _node(
        lambda draw, node, _: node.update(operation={"name": draw.choice(["constructor", "toString", "__proto__"])})
    ),
    "a kind that every object has": _node(lambda draw, node, _: node.update(kind="constructor")),
}
OF_CHARTS: dict[str, Change] = {
    "a subtitle": _put(PAGE, "Cups a week, an invented office", "Cups a day, an invented office"),
    "the kind over a chart": _in(
        r"<p class=ends><a [^>]*>Chart 1</a> <span>([^<]+)", PAGE, lambda draw, text: "measured"
    ),
    "a chart's source": _in(r"<b>Source:</b> ([^<,]+)", PAGE, _word),
    "a source too many": _put(PAGE, "<b>Source:</b> ", "<b>Source:</b> The Times, 2026; "),
    "the title of a chart's own page": _in(r"<h1 id=title>([^<]+)", ALONE, _digit),
    "the title of its window": _in(r"<title>([^<]+)</title>\n<meta name=\"color", ALONE, _digit),
    "the kind on a chart's own page": _in(
        r"</span> <span>([^<]+)</span></p>\n<h1", ALONE, lambda draw, text: "measured"
    ),
    "the notes of a chart's own page": _in(r"<b>Notes:</b> ([^<]+)", ALONE, _word),
    "the source on a chart's own page": _in(r"<b>Source:</b> ([^<]+)", ALONE, _word),
    "the title of its interactive page": _in(
        r"<h1 id=title>([^<]+)", ALONE.replace(".html", "-interactive.html"), _digit
    ),
    "the alternative text of a chart's own page": _in(r'"og:image:alt"[^>]*content="([^"]+)"', ALONE, _word),
    "what screen readers say on a chart's own page": _in(r'role=img aria-label="([^"]+)"', ALONE, _word),
    "what screen readers say of a chart": _in(r'role=img aria-label="([^"]+)"', PAGE, _word),
    "a label of a drawing on its own page": _in(r"<text[^>]*>([^<]*\d[^<]*)<", ALONE, _digit),
    "a label of a drawing in its file": _in(r"<text[^>]*>(45)<", DRAWING, _digit),
    "a label of a drawing in its story": _in(r"<text[^>]*>(45)<", PAGE, _digit),
    "a value of a specification": _in(r'"cups":(\d+)', SPEC, _digit),
    "the title of a specification": _in(r'"text":"(Both[^"]+)"', SPEC, _digit),
    "the alternative text of a specification": _in(r'"description":"([^"]+)"', SPEC, _word),
    "a style that pages share": _put("edition/pages.css", "body", "#n-2{display:none}body"),
    "a script that pages share": _put("edition/vega.js", "vega", "vegan"),
}
AFTER: dict[str, Change] = {"a file more": _file_added, "a file less": _file_gone, "two manifests": _decoy}
IN_ARCHIVE: dict[str, Change] = {
    "a figure as printed": _in(r"survey#heavy,[^\n]*?,(35[.0]*),", "figures/figures.csv", _digit),
    "a figure's unit": _in(r"survey#heavy,[^\n]*,(cup/week),", "figures/figures.csv", lambda d, t: "cup/day"),
    "a stated finding": _in(r"\nmugs\.\w+,mugs,\w+,([^,]*\d[^,]*),", "findings/findings.csv", _digit),
    "a step's value": _in(r"\n\w{16},([\d.]+),", "findings/nodes.csv", _digit),
    "a step's operation": _in(r",(ratio|product|sum|mean|reach|log),", "findings/nodes.csv", lambda d, t: "least"),
    "a step's input": _in(r" (\w{16})[,\n]", "findings/nodes.csv", lambda d, t: "0" * 16),
    "a unit's factor": _in(r"\ncup/\w+,(\d)", "findings/units.csv", _digit),
    "a unit's meaning": _unit_defined_anew,
    "a publisher in the list of sources": _in(r"\noffice-survey,([^,]+)", "figures/sources.csv", _word),
    "an address in the list of sources": _put("figures/sources.csv", "example.org/survey", "example.org/other"),
    "a file that no archive has": lambda draw, files: {**files, "csv.py": b"print()"},
    "a copy of a chart's table": _in(r"\w+,([\d.]+)", "charts/mugs/cups.csv", _digit),
    "the script": lambda draw, files: {**files, "recompute.py": files["recompute.py"] + b"# more"},
    "a rule of the script": lambda draw, files: {**files, "toolkit/core/interval.py": b""},
    "a reading on the page of a claim": _in(r"<li><b>([^<]*\d[^<]*)</b>", CLAIMS, _digit),
    "the reading over a claim": _in(r"<b>(\d[^<]*)</b> <span class=\"sure", CLAIMS, _digit),
    "a publisher on the page of a claim": _in(
        r"<li><b>[^<]*\d[^<]*</b> (?:<a [^>]*>)?([A-Z][^<,]+)", CLAIMS, lambda draw, text: "Invented Post"
    ),
}
UNSEEN: dict[str, Change] = {
    "a sentence without a number": _in(r"(Why so many cups)", PAGE, lambda draw, text: "Why so few cups"),
    "a mark of a drawing": _in(r'<path d="M([\d.]+),[\d.]+v', "edition/mugs/charts/cups.svg", _digit),
    "a style": _put(PAGE, "<style>", "<style>#n-2 { display: none }"),
    "the words of an archive's README": _put("README.md", "Everything", "Nothing"),
    "the words of a table that no download has": _in(r"<th scope=row[^>]*>(told|gone)<", PAGE, _word),
}


def changes(seed: int, files: Files, kinds: dict[str, Change], count: int) -> list[tuple[str, Files]]:
    """So many changes of these kinds in turn: the kind, and the files with hashes brought up to date."""
    draw, made = random.Random(seed), []
    for place in range(count):
        name = sorted(kinds)[place % len(kinds)]
        for _ in range(20):
            changed = kinds[name](draw, files)
            if changed != files:
                break
        made.append((name, changed if name in AFTER else with_hashes(changed)))
    return made
