"""Changes that somebody might make to an edition to deceive, each with the manifest's hashes brought up to date.

A tampering is a function of an edition's `Copy`, in which it changes one thing that is drawn by the copy's `draw`; it
raises `NotHere` where the edition has nothing of the sort. `TAMPERINGS` has them by name, in groups.
"""

import io
import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from toolkit.build.edition_inputs import sha256
from toolkit.build.manifest import canonical, files_of, stored_manifest

TAMPERINGS: dict[str, dict[str, Callable]] = {}
DIGIT = re.compile(r"\d")


class NotHere(Exception):
    """The edition has no part of this sort."""


class Copy:
    """A copy of an edition that may be changed; `draw` is a source of numbers."""

    def __init__(self, edition: Path, folder: Path, seed: int):
        shutil.copytree(edition, folder)
        self.folder, self.draw = folder, random.Random(seed)
        self.manifest = stored_manifest(folder)
        self.hashes = True  # bring them up to date
        self.rewritten: Callable[[bytes], bytes] = bytes  # how the manifest is written otherwise

    def names(self, ending: str) -> list[str]:
        found = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob(f"*{ending}") if path.is_file())
        return sorted(name for name in found if name != "manifest.json")

    def any(self, things) -> object:
        things = list(things)
        if not things:
            raise NotHere
        return self.draw.choice(things)

    def story(self, part="title", slug=None) -> dict:
        """A story that has something under this name."""
        return self.any(story for story in self.manifest["stories"].values() if story.get(part))

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def change(self, ending: str, pattern: str, by: str | Callable) -> None:
        """Replaces one match of a pattern in one of the files with this ending, both drawn."""
        places = [
            (name, found) for name in self.names(ending) for found in re.finditer(pattern, self.read(name), re.DOTALL)
        ]
        name, found = self.any(places)
        text = self.read(name)
        new = by(found) if callable(by) else found.expand(by)
        assert new != found[0], "nothing would change"
        self.write(name, text[: found.start()] + new + text[found.end() :])

    def save(self, environment: dict | None = None) -> None:
        """Writes the manifest, with the hashes of the files as they are now; `environment` is another to claim."""
        if self.hashes:
            self.manifest["files"] = files = files_of(self.folder)
            for story in self.manifest["stories"].values():
                for key in ("html", "annex"):
                    if isinstance(story, dict) and files.get(story.get(key, {}).get("path")):
                        story[key] |= files[story[key]["path"]]
        if environment and "environment" in self.manifest["inputs"]:
            self.manifest["inputs"]["environment"] |= environment
        (self.folder / "manifest.json").write_bytes(self.rewritten(canonical(self.manifest)))


def tampering(group: str) -> Callable:
    def known(function: Callable) -> Callable:
        TAMPERINGS.setdefault(group, {})[function.__name__] = function
        return function

    return known


def another(digits: str) -> str:
    """The same text with its first digit another."""
    return DIGIT.sub(lambda found: str((int(found[0]) + 3) % 10), digits, count=1)


def put(before: str, text: str, ending: str = ".html") -> Callable:
    """Puts a text before a pattern."""

    def change(copy: Copy) -> None:
        copy.change(ending, before, lambda found: text + found[0])

    return change


def swap(ending: str, pattern: str, by: str | Callable) -> Callable:
    return lambda copy: copy.change(ending, pattern, by)


POLICIES, LINKS, WORDS = "the policy and what a page loads", "links and where they lead", "words, also hidden ones"
SPOKEN, MARKS, STYLES = "words for screen readers and search engines", "drawings", "styles and fonts"
SCRIPTS, FILES = "scripts", "files added, missing or swapped"
TABLES, MANIFEST = "downloads and specifications", "entries of the manifest"
NUMBERS = "receipts of the manifest"
PARAGRAPH, CLOSED = r"<p[ >]", r"</(?:p|h2|li|figure|section)>"

for group, simple in {
    POLICIES: {
        "policy removed": swap(".html", r'<meta http-equiv="Content-Security-Policy"[^>]*>\n?', ""),
        "policy widened": swap(".html", "default-src 'none'", "default-src *"),
        "policy allows scripts": swap(".html", "base-uri 'none'", "base-uri 'none'; script-src *"),
        "tracker image": put(PARAGRAPH, '<img src="https://tracker.example/t.gif" alt="" width="1" height="1">'),
        "base address": put("<title>", '<base href="https://evil.example/">'),
        "redirect": put("<title>", '<meta http-equiv="refresh" content="0;url=https://evil.example/">'),
        "frame": put(PARAGRAPH, '<iframe src="https://evil.example/"></iframe>'),
        "style sheet from elsewhere": put("</head>", '<link rel="stylesheet" href="https://evil.example/a.css">'),
        "icon swapped": swap(".html", r'(<link rel="icon" href=")[^"]*', r"\1https://evil.example/i.png"),
        "preload": put("</head>", '<link rel="prefetch" href="https://evil.example/">'),
        "picture's address": swap(".html", r'(<img [^>]*src="?)[^"\s>]*', r"\1https://evil.example/p.png"),
        "form": put(PARAGRAPH, '<form action="https://evil.example/"><input name="a"></form>'),
    },
    LINKS: {
        "link redirected": swap(
            ".html", r'(<a [^>]*href=)(?:"[^"#][^"]*"|[^"\s>#][^\s>]*)', r"\1https://evil.example/"
        ),
        "anchor redirected": swap(".html", r'(<a [^>]*href="?#)[^"\s>]+', r"\1limits-2"),
        "id renamed": swap(".html", r' id="?([\w-]+)"?', r' id="x-\1"'),
        "link removed": swap(".html", r"<a [^>]*>([^<]*)</a>", r"\1"),
        "link of javascript": swap(".html", r'(<a [^>]*href="?)[^"\s>]*', r"\1javascript:alert(1)"),
        "link in a number": swap(".html", r'href="?(https?://[^"\s>]*)"?', r'href="\1?p=1234567890123"'),
        "receipt of another number": swap(".html", r'popovertarget="?r-\d+"?', 'popovertarget="r-0"'),
        "link's target": swap(".html", r"<a href=", '<a target="_blank" rel="opener" href='),
        "feed's link": swap(".xml", r"https://desk.example/([^<]*)<", r"https://desk.evil/\1<"),
    },
    WORDS: {
        "number in the text": swap(".html", r"(?<=>)[^<>{}]*\d[^<>{}]*(?=<)", lambda found: another(found[0])),
        "word in the text": swap(".html", r"(?<=>)[A-Za-z][a-z]{3,}(?= )", "Never"),
        "hidden sentence": put(PARAGRAPH, '<p style="display:none">It was a fraud.</p>'),
        "sentence for no one": put(PARAGRAPH, "<p hidden>It was a fraud.</p>"),
        "comment": put(PARAGRAPH, "<!-- It was a fraud. -->"),
        "template": put(PARAGRAPH, "<template><p>It was a fraud.</p></template>"),
        "sentence more": put(PARAGRAPH, "<p>It was a fraud.</p>"),
        "sentence less": swap(".html", r"<(p|li|td)(?: [^>]*)?>[^<]+</\1>", ""),
        "sentence twice": swap(".html", r"<(p|li)(?: [^>]*)?>[^<]+</\1>", lambda found: found[0] * 2),
        "override of direction": swap(".html", r"(?<=>)(\w{3,})(?=[ <])", "\u202e\\1\u202c"),
        "zero-width space": swap(".html", r"(?<=>)(\w\w)(\w+)(?=[ <])", "\\1\u200b\\2"),
        "character reference to nothing": swap(".html", r"(?<=>)(\w\w)(\w+)(?=[ <])", r"\1&#1;\2"),
        "words joined": swap(".html", r"(?<=>)([A-Z]\w+) (\w+)(?=[ <])", r"\1\2"),
        "title": swap(".html", r"<title>[^<]+", "<title>It was a fraud"),
        "date": swap(".html", r'datetime="?[^"\s>]*"?', 'datetime="1999-01-01"'),
        "option taken": swap(".html", r" checked(?=[ >=])", ""),
        "quotation mark": swap(".html", r"<q>([^<]*)</q>", r"<em>\1</em>"),
        "element hidden": swap(".html", r"<(p|section|figure|li)(?=[ >])", r"<\1 hidden"),
        "language": swap(".html", r'<html lang="\w+"', '<html lang="xx"'),
        "direction": swap(".html", r"<p(?=[ >])", '<p dir="rtl"'),
        "feed's words": swap(".xml", r"(?<=>)[A-Za-z][^<]{4,}(?=<)", "It was a fraud"),
    },
    SPOKEN: {
        "structured data": swap(".html", r'"headline":"[^"]*"', '"headline":"It was a fraud"'),
        "structured licence": swap(".html", r'"license":"[^"]*"', '"license":"https://evil.example/"'),
        "og:title": swap(".html", r'(property="og:title" content=")[^"]*', r"\1It was a fraud"),
        "og:image": swap(".html", r'(property="og:image" content=")[^"]*', r"\1https://evil.example/p.png"),
        "twitter card": swap(".html", r'(name="twitter:[^"]*" content=")[^"]*', r"\1It was a fraud"),
        "description": swap(".html", r'(name="description" content=")[^"]*', r"\1It was a fraud"),
        "robots": put("<title>", '<meta name="robots" content="noindex">'),
        "canonical address": put("<title>", '<link rel="canonical" href="https://evil.example/">'),
        "aria label": swap(".html", r'aria-label="[^"]*"', 'aria-label="It was a fraud"'),
        "aria label added": swap(".html", r"<(p|section|figure)(?=[ >])", r'<\1 aria-label="It was a fraud"'),
        "aria hidden": swap(".html", r"<(p|section|figure)(?=[ >])", r'<\1 aria-hidden="true"'),
        "description of a drawing": swap(".html", r'(role="?img"? aria-label=")[^"]*', r"\1It was a fraud"),
        "alternative text": swap(".html", r'alt="[^"]*"', 'alt="It was a fraud"'),
        "role": swap(".html", r'role="?img"?', 'role="presentation"'),
    },
    MARKS: {
        "mark redrawn": swap(".svg", r'(?<= d=")[^"]*\d[^"]*', lambda found: another(found[0])),
        "mark redrawn on the page": swap(".html", r'(?<=<path d=)"?[^"\s>]*\d', lambda found: another(found[0])),
        "mark removed": swap(".svg", r"<path [^>]*/>", ""),
        "mark removed from the page": swap(".html", r"<path [^>]*></path>|<path [^>]*/>", ""),
        "mark added": swap(".svg", r"</svg>", '<path d="M0,0h99v99h-99z" fill="#000"/></svg>'),
        "colour of a mark": swap(".svg", r'fill="#\w+"', 'fill="#123456"'),
        "group moved": swap(".svg", r"translate\(\d+", lambda found: found[0] + "1"),
        "words of a drawing": swap(".svg", r"(?<=>)[^<>{}]*\d[^<>{}]*(?=</text>)", lambda found: another(found[0])),
        "words of a drawing moved": swap(".svg", r'<text x="\d+', lambda found: found[0] + "1"),
        "words over a drawing": put(
            "</svg>", '<foreignObject width="99" height="99"><p>It was a fraud.</p></foreignObject>', ".svg"
        ),
        "words over a drawing of the page": put("</svg>", "<foreignObject><p>It was a fraud.</p></foreignObject>"),
        "frame of a drawing": swap(".svg", r'viewBox="0', 'viewBox="1'),
        "name of an attribute": swap(".svg", "viewBox", "viewbox"),
        "script of a drawing": put("</svg>", "<script>alert(1)</script>", ".svg"),
        "drawing from elsewhere": put("</svg>", '<image href="https://evil.example/p.png"/>', ".svg"),
        "style of a drawing from elsewhere": put(
            "<svg", '<?xml-stylesheet href="https://evil.example/a.css"?>', ".svg"
        ),
        "font of a drawing": swap(".svg", r"(data:font/woff2;base64,)[^)]{40}", r"\1" + "A" * 40),
    },
    STYLES: {
        "finding hidden by style": put("</style>", ".finding{display:none}"),
        "words put by style": put("</style>", '.finding::after{content:"It was a fraud"}'),
        "style sheet appended": swap(".css", r"$(?![\n])", "p{display:none}"),
        "colour of a style": swap(".css", r"#[0-9a-f]{6}", "#123456"),
        "rule removed": swap(".css", r"(?<=\})[^{}]+\{[^{}]*\}", ""),
        "style from elsewhere": swap(".css", r"^", "@import url(https://evil.example/a.css);"),
        "font of a page": swap(".html", r"(data:font/\w+;base64,)[^)]{40}", r"\1" + "A" * 40),
        "style of an element": swap(".html", r"<(p|section|figure)(?=[ >])", r'<\1 style="opacity:.01"'),
        "class": swap(".html", r'class=(?:"([^"]*)"|(\w[^\s>]*))', r'class="unseen \1\2"'),
    },
    SCRIPTS: {
        "foreign script": put(CLOSED, '<script src="https://evil.example/a.js"></script>'),
        "script in the page": put(CLOSED, "<script>document.title='a'</script>"),
        "handler": swap(".html", r"<(p|a|section|figure)(?=[ >])", r'<\1 onclick="alert(1)"'),
        "line before vega.js": swap("vega.js", r"^", "fetch('https://evil.example/');\n"),
        "line after vega.js": swap("vega.js", r"$(?![\n])", "\nfetch('https://evil.example/');"),
        "line in vega.js": swap("vega.js", r";(?=\s+(?:function|run|const))", ";alert(1);"),
        "script's address": swap(".html", r'<script src="[^"]*"', '<script src="https://evil.example/vega.js"'),
    },
    TABLES: {
        "cell of a table": swap(".csv", r"[\d.]+(?=[,\n])", lambda found: another(found[0])),
        "row twice": swap(".csv", r"(?<=\n)[^\n]+\n", lambda found: found[0] * 2),
        "row removed": swap(".csv", r"(?<=\n)[^\n]+\n$", ""),
        "heading of a table": swap(".csv", r"^\w+", "fraud"),
        "formula in a table": swap(".csv", r"(?<=\n)[^\n,]+", "=HYPERLINK(1)"),
        "unit of a table": swap(".csv-metadata.json", r'"name":"\w+"', '"name":"fraud"'),
        "source of a table": swap(".csv-metadata.json", r'("dc:source":\[")[^"]*', r"\1An invented source"),
        "kind of a table": swap(".csv-metadata.json", r'("dc:type":")[^"]*', r"\1measured"),
        "key twice": swap(".csv-metadata.json", r"^\{", '{"url":"evil.csv",'),
        "specification": swap(".vl.json", r":\s*\d+", lambda found: another(found[0])),
        "data of a specification": swap(".vl.json", r"\b(Bronx|Mugs|all mugs)\b", "Fraud"),
        "specification of a page": swap(
            "-interactive.html", r'(?<=id="specification">)[^\s<]+', lambda found: another(found[0])
        ),
    },
}.items():
    TAMPERINGS[group] = dict(simple)


@tampering(LINKS)
def links_swapped(copy: Copy) -> None:
    """Two links of a page to other sites, or two to anchors, lead where the other did."""
    name = copy.any(copy.names(".html"))
    text = copy.read(name)
    links = sorted(set(re.findall(r"""href=(?:"[^"]*"|(?:#s-|https?:|[\w-]+\.html)[^\s"'>]*)""", text)))
    if len(links) < 2:
        raise NotHere
    one, other = copy.draw.sample(links, 2)
    swapped = re.sub(f"{re.escape(one)}|{re.escape(other)}", lambda found: other if found[0] == one else one, text)
    copy.write(name, swapped)


@tampering(SCRIPTS)
def script_beside_the_pages(copy: Copy) -> None:
    copy.write(copy.any(("evil.js", "mugs/evil.js", ".evil.js")), "alert(1)")


@tampering(FILES)
def page_added(copy: Copy) -> None:
    copy.write("press.html", copy.read("index.html"))


@tampering(FILES)
def document_added(copy: Copy) -> None:
    copy.write("report.pdf", b"%PDF-1.4")


@tampering(FILES)
def hidden_file_added(copy: Copy) -> None:
    copy.write(".well-known/a.txt", "a")


@tampering(FILES)
def file_removed(copy: Copy) -> None:
    copy.any(
        path for path in sorted(copy.folder.rglob("*")) if path.is_file() and path.name != "manifest.json"
    ).unlink()


@tampering(FILES)
def files_swapped(copy: Copy) -> None:
    ending = copy.any((".png", ".html", ".svg"))
    one, other = copy.draw.sample(copy.names(ending), 2)
    first, second = ((copy.folder / name).read_bytes() for name in (one, other))
    copy.write(one, second)
    copy.write(other, first)


@tampering(FILES)
def file_emptied(copy: Copy) -> None:
    copy.write(
        copy.any(name for name in copy.names("") if (copy.folder / name).is_file() and name != "manifest.json"), ""
    )


@tampering(FILES)
def file_is_a_link(copy: Copy) -> None:
    path = copy.folder / copy.any(copy.names(".html"))
    away = copy.folder.parent / "away.html"
    shutil.move(path, away)
    path.symlink_to(away)


@tampering(FILES)
def picture_removed(copy: Copy) -> None:
    (copy.folder / copy.any(copy.names(".png"))).unlink()


def _picture(copy: Copy) -> tuple[str, Image.Image]:
    name = copy.any(copy.names(".png"))
    return name, Image.open(io.BytesIO((copy.folder / name).read_bytes()))


def _saved(copy: Copy, name: str, image: Image.Image) -> None:
    made = io.BytesIO()
    image.save(made, "PNG")
    copy.write(name, made.getvalue())


@tampering(MARKS)
def picture_swapped(copy: Copy) -> None:
    name, image = _picture(copy)
    _saved(copy, name, Image.new(image.mode, image.size))


@tampering(MARKS)
def pixels_changed(copy: Copy) -> None:
    name, image = _picture(copy)
    image = image.convert("RGB")
    where = copy.draw.randrange(image.width), copy.draw.randrange(image.height)
    red, green, blue = image.getpixel(where)
    image.putpixel(where, (red ^ 1, green, blue))
    _saved(copy, name, image)


@tampering(MARKS)
def letters_swapped_in_a_font(copy: Copy) -> None:
    """In the font of a drawing the digits 3 and 8 look like each other, or any two other letters do."""
    import base64

    from fontTools.ttLib import TTFont

    def swapped(found: re.Match) -> str:
        font = TTFont(io.BytesIO(base64.b64decode(found[1])))
        table = font["cmap"].tables[0].cmap
        one, other = copy.draw.sample(sorted(table), 2)
        for each in {id(each.cmap): each for each in font["cmap"].tables}.values():
            if one in each.cmap and other in each.cmap:
                each.cmap[one], each.cmap[other] = each.cmap[other], each.cmap[one]
        made = io.BytesIO()
        font.flavor = "woff2"
        font.save(made)
        return f"data:font/woff2;base64,{base64.b64encode(made.getvalue()).decode()}"

    copy.change(".svg", r"data:font/woff2;base64,([A-Za-z0-9+/=]+)", swapped)


# the manifest


@tampering(MANIFEST)
def inputs_emptied(copy: Copy) -> None:
    copy.manifest["inputs"] = {}


@tampering(MANIFEST)
def cause_removed(copy: Copy) -> None:
    del copy.manifest["inputs"][copy.any(("data", "code", "environment"))]


@tampering(MANIFEST)
def input_removed(copy: Copy) -> None:
    of = copy.manifest["inputs"][copy.any(("data", "code", "environment"))]
    del of[copy.any(sorted(of))]


@tampering(MANIFEST)
def input_changed(copy: Copy) -> None:
    of = copy.manifest["inputs"][copy.any(("data", "code"))]
    of[copy.any(sorted(of))] = sha256(b"another")


@tampering(MANIFEST)
def input_added(copy: Copy) -> None:
    copy.manifest["inputs"][copy.any(("data", "code", "environment", "proof"))] = {"seal.yml": sha256(b"another")}


@tampering(MANIFEST)
def library_with_a_sentence(copy: Copy) -> None:
    of = copy.manifest["inputs"]["environment"]
    of[copy.any(sorted(set(of) - {"python"}))] = "checked, by us; nothing to see"


@tampering(MANIFEST)
def title_of_a_story(copy: Copy) -> None:
    copy.story()["title"] = "It was a fraud"


@tampering(MANIFEST)
def label_of_a_finding(copy: Copy) -> None:
    copy.any(copy.story("findings")["findings"].values())["label"] = "It was a fraud"


@tampering(MANIFEST)
def text_of_a_finding(copy: Copy) -> None:
    finding = copy.any(copy.story("findings")["findings"].values())
    finding["printed"] = another(finding["printed"])


@tampering(MANIFEST)
def finding_added(copy: Copy) -> None:
    findings = copy.story("findings")["findings"]
    findings["more"] = dict(copy.any(findings.values()))


@tampering(MANIFEST)
def finding_removed(copy: Copy) -> None:
    findings = copy.story("findings")["findings"]
    del findings[copy.any(sorted(findings))]


@tampering(MANIFEST)
def digest_of_an_answer(copy: Copy) -> None:
    questions = copy.story("questions")["questions"]
    questions[copy.any(sorted(questions))] = sha256(b"another")


@tampering(MANIFEST)
def question_added(copy: Copy) -> None:
    copy.story()["questions"]["more"] = sha256(b"another")


@tampering(MANIFEST)
def query_changed(copy: Copy) -> None:
    queries = copy.story("queries")["queries"]
    queries[copy.any(sorted(queries))] += " LIMIT 1"


@tampering(MANIFEST)
def dataset_changed(copy: Copy) -> None:
    dataset = copy.any(copy.story("datasets")["datasets"].values())
    key = copy.any(sorted(dataset))
    dataset[key] = dataset[key] + 1 if isinstance(dataset[key], int) else "another"


@tampering(MANIFEST)
def usage_log_added(copy: Copy) -> None:
    copy.story()["feeds"] = {"measured": "A log that was measured"}


@tampering(MANIFEST)
def choice_changed(copy: Copy) -> None:
    choice = copy.any(copy.story("choices")["choices"].values())
    choice["declared"] = copy.any(name for name in choice["options"] if name != choice["declared"])


@tampering(MANIFEST)
def option_reworded(copy: Copy) -> None:
    choice = copy.any(copy.story("choices")["choices"].values())
    copy.any(choice["options"].values())["printed"] = "99%"


@tampering(MANIFEST)
def hash_of_a_chart(copy: Copy) -> None:
    chart = copy.any(copy.story("charts")["charts"].values())
    chart[copy.any(("data", "specification", "form", "csv", "svg"))] = "another"


@tampering(MANIFEST)
def chart_removed(copy: Copy) -> None:
    charts = copy.story("charts")["charts"]
    del charts[copy.any(sorted(charts))]


@tampering(MANIFEST)
def table_added(copy: Copy) -> None:
    copy.story()["tables"]["more"] = {"data": sha256(b"another")}


@tampering(MANIFEST)
def words_of_a_picture(copy: Copy) -> None:
    picture = copy.any(copy.story("pictures")["pictures"].values())
    picture[copy.any(("alt", "credit", "licence", "caption"))] = "another"


@tampering(MANIFEST)
def page_of_a_story(copy: Copy) -> None:
    copy.story()["html"]["path"] = "../../etc/passwd"


@tampering(MANIFEST)
def name_of_the_edition(copy: Copy) -> None:
    copy.manifest["name"] = "Another desk"


@tampering(MANIFEST)
def day_of_the_edition(copy: Copy) -> None:
    copy.manifest["day"] = "2031-01-01"


@tampering(MANIFEST)
def language_of_the_edition(copy: Copy) -> None:
    copy.manifest["language"] = "de"


@tampering(MANIFEST)
def units_of_the_edition(copy: Copy) -> None:
    copy.manifest["units"] += "fraud = 2 cup\n"


@tampering(MANIFEST)
def entry_added(copy: Copy) -> None:
    copy.any((copy.manifest, copy.story()))["checked"] = "by us"


@tampering(MANIFEST)
def story_removed(copy: Copy) -> None:
    del copy.manifest["stories"][copy.any(sorted(copy.manifest["stories"]))]


@tampering(MANIFEST)
def story_added(copy: Copy) -> None:
    copy.manifest["stories"]["more"] = json.loads(json.dumps(copy.story()))


@tampering(MANIFEST)
def hash_of_a_file(copy: Copy) -> None:
    copy.hashes = False
    copy.any(copy.manifest["files"].values())["sha256"] = sha256(b"another")


@tampering(MANIFEST)
def size_of_a_page(copy: Copy) -> None:
    copy.hashes = False
    copy.story()["html"]["bytes"] += 1


@tampering(NUMBERS)
def value_of_a_step(copy: Copy) -> None:
    node = copy.any(copy.story("nodes")["nodes"].values())
    node["low"] = node["high"] = node["high"] * 2 + 1


@tampering(NUMBERS)
def label_of_a_step(copy: Copy) -> None:
    copy.any(copy.story("nodes")["nodes"].values())["label"] = "It was a fraud"


@tampering(NUMBERS)
def kind_of_a_step(copy: Copy) -> None:
    node = copy.any(copy.story("nodes")["nodes"].values())
    node["kind"] = copy.any({"measured", "reported", "assumed"} - {node["kind"]})


@tampering(NUMBERS)
def operation_of_a_step(copy: Copy) -> None:
    node = copy.any(node for node in copy.story("nodes")["nodes"].values() if len(node["inputs"]) == 2)
    node["operation"] = {"name": "product" if node["operation"]["name"] != "product" else "ratio"}


@tampering(NUMBERS)
def source_of_a_step(copy: Copy) -> None:
    node = copy.any(node for node in copy.story("nodes")["nodes"].values() if node.get("ref"))
    node["ref"] = "figure:paper-retelling#told"


@tampering(NUMBERS)
def text_of_a_step(copy: Copy) -> None:
    node = copy.any(node for node in copy.story("nodes")["nodes"].values() if node.get("printed"))
    node["printed"] = another(node["printed"]) + " "


@tampering(NUMBERS)
def step_added(copy: Copy) -> None:
    nodes = copy.story("nodes")["nodes"]
    nodes["f" * 16] = dict(copy.any(nodes.values()), label="more")


@tampering(NUMBERS)
def finding_of_another_step(copy: Copy) -> None:
    story = copy.story("nodes")
    finding = copy.any(story["findings"].values())
    finding["node"] = copy.any(name for name in sorted(story["nodes"]) if name != finding["node"])
