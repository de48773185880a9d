"""Somebody changes an archive and brings every hash in it up to date: verify names the file that was changed."""

import copy
import json
import random
import re

import pytest

from tests import counts
from tests.attacks import record
from tests.review import archive_attacks as attacks
from toolkit.build.manifest import stored_manifest
from toolkit.core.errors import ToolkitError
from toolkit.review.active_content import active_content
from toolkit.review.archive import COPIED, archive, completed
from toolkit.review.archive_page_numbers import PLACE
from toolkit.review.archive_pages import disagreements
from toolkit.review.markup_text import page_text
from toolkit.review.printed_tables import PrintedTables
from toolkit.review.unpacking import unpacked
from toolkit.review.verify import verdict, verify_alone

pytestmark = pytest.mark.heavy
PAGES = ("edition/coffee.html",)
ODD = (
    None,
    True,
    -1,
    1e308,
    "",
    "x",
    "../x",
    "/etc/passwd",
    "\0",
    "9**9**9",
    "{0:>999999999}",
    [],
    {},
    [[]],
    {"a": {}},
)


@pytest.fixture(scope="module")
def whole(built, tmp_path_factory):
    """The files of the built sample's archive."""
    return attacks.read(archive(built, built.reports, tmp_path_factory.mktemp("whole") / "edition.zip"))


def seen(project, path):
    """True if verify with the project sees that an archive is not as it was made."""
    try:
        with unpacked(path) as (edition, root):
            stored_manifest(edition)
            return not verdict(edition, project.reports, root, project=project).holds
    except ToolkitError:
        return True


def test_hashes_brought_up_to_date_change_nothing_where_nothing_was_changed(built, whole, tmp_path):
    path = attacks.write(tmp_path / "same.zip", attacks.with_hashes(whole))
    assert attacks.read(path) == whole and not seen(built, path)


@counts.of("archives")
@pytest.mark.parametrize("part", counts.parts())
def test_no_change_of_an_archive_passes_beside_its_project(built, whole, tmp_path, part, record_property):
    tried, wrong = 0, []
    for number in range(part, counts.count("archives"), len(counts.parts())):
        draw = random.Random(number)
        name, change = draw.choice(sorted(whole)), draw.choice(attacks.OF_ONE_FILE)
        files = {**whole, name: change(draw, whole[name])}
        if files == whole:
            continue
        try:
            files = attacks.with_hashes(files)
        except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
            pass  # the file with hashes is the one that was broken
        if files == whole:
            continue
        tried += 1
        if not seen(built, attacks.write(tmp_path / "a.zip", files)):
            wrong.append((number, name, change.__name__))
    record(record_property, "a file of an archive changed, hashes brought up to date", tried=tried, passed=len(wrong))
    record_property("rounds", tried)
    assert wrong == []


@counts.of("archives")
def test_files_that_are_missing_or_too_many_are_seen_with_the_project_and_without(
    built, whole, tmp_path, record_property
):
    names = [*attacks.EXTRA, *counts.spread(sorted(whole), counts.count("archives") // 10)]
    wrong = []
    for name in names:
        files = {key: content for key, content in whole.items() if key != name}
        files = files if name in whole else {**files, name: b"print('read me')\n"}
        if attacks.MANIFEST in files:
            files = attacks.with_hashes(files)
        path = attacks.write(tmp_path / "a.zip", files)
        wrong += [name] if not seen(built, path) else []
        if name in attacks.EXTRA and not name.startswith("edition/") and not seen_alone(path):
            wrong.append(f"{name}, alone")
    record(record_property, "a file of an archive too many or missing", tried=len(names), passed=len(wrong))
    assert wrong == []


def seen_alone(path):
    try:
        return not verify_alone(path).holds
    except ToolkitError:
        return True


def test_what_is_changed_in_several_places_is_seen_by_the_archive_alone(whole, tmp_path):
    doubled = attacks.with_hashes(attacks.changed_everywhere(random.Random(1), whole))
    result = verify_alone(attacks.write(tmp_path / "a.zip", doubled))
    said = "\n".join(f"{one.where}: {one.old} / {one.new}" for one in result.missed)
    assert "coffee.multiple: 7 in its receipt / 3.5 on the page" in said
    cut = {name: attacks.cut_to_one_row(None, content) for name, content in whole.items() if name.endswith("told.csv")}
    assert len(cut) == 2
    said = str(verify_alone(attacks.write(tmp_path / "b.zip", attacks.with_hashes({**whole, **cut}))).missed)
    assert "1 rows in its table for download" in said and "2 rows on the page" in said
    few = {**whole, "figures/figures.csv": b"".join(whole["figures/figures.csv"].splitlines(keepends=True)[:-1])}
    said = str(verify_alone(attacks.write(tmp_path / "c.zip", attacks.with_hashes(few))).missed)
    assert "figures in the table" in said and "on its page" in said
    script = attacks.with_hashes({**whole, "recompute.py": b"print('81 of 81 findings recomputed')\n"})
    assert "archive, recompute.py" in str(verify_alone(attacks.write(tmp_path / "d.zip", script)).missed)


def test_pages_with_other_numbers_than_the_manifest_has_are_seen_by_the_archive_alone(whole, tmp_path):
    name = "edition/coffee.html"
    page, stored = page_text(whole[name]), json.loads(whole[attacks.MANIFEST])
    place = PLACE.search(page)
    text, span = place[2], place[0]
    stored["stories"]["coffee"]["numbers"] = {}
    emptied = {**whole, attacks.MANIFEST: json.dumps(stored).encode()}
    for made in (
        {**whole, name: page.replace(span, span.replace(f">{text}<", ">9 of them<"), 1).encode()},
        {**whole, name: page.replace(span, span.replace("<button", "<small> thousand</small><button"), 1).encode()},
        {**whole, name: page.replace(span, span.replace(text, "9") + span, 1).encode()},
        {**whole, name: page.replace(span, f'{span} or <b class="n">9</b>', 1).encode()},
        {**whole, name: page.replace(f"Receipt for {text}", "Receipt for 9", 1).encode()},
        {**whole, name: page.replace("</article>", '<table id="figures-more"></table></article>').encode()},
        {**whole, "edition/coffee-annex.html": page.encode()},
        emptied,
        {
            **whole,
            "edition/index.html": re.sub(rb"(#n-1[^>]*>)[^<]*", rb"\g<1>99", whole["edition/index.html"], count=1),
        },
    ):
        assert seen_alone(attacks.write(tmp_path / "a.zip", attacks.with_hashes(made)))


PAGE, DRAWING, SPEC = "edition/coffee.html", "edition/coffee/charts/told.svg", "edition/coffee/charts/told.vl.json"
INTERACTIVE = "edition/coffee/charts/told-interactive.html"
HTML = 'xmlns:h="http://www.w3.org/1999/xhtml"'
ELSEWHERE = {  # in a page, a drawing and a specification: what no policy stops
    "a refresh": (PAGE, "<title>", '<meta http-equiv="refresh" content="0;url=//example.org"><title>'),
    "a refresh behind a bracket": (
        PAGE,
        "<title>",
        '<meta name=">" http-equiv="refresh" content="0;url=//a.b"><title>',
    ),
    "a name looked up": ("edition/index.html", "<title>", '<link rel="dns-prefetch" href="//example.org"><title>'),
    "a connection": ("edition/claims.html", "<title>", "<LINK REL=preconnect HREF=//example.org><title>"),
    "a connection of an icon": (PAGE, "<title>", '<link rel="icon preconnect" href="//example.org"><title>'),
    "a connection by its title": (PAGE, "<title>", """<link title=' rel="icon"' rel=preconnect href="//a.b"><title>"""),
    "a sign that turns text": (PAGE, "<p>", "<p>\u202e"),
    "a sign that turns text, by its number": (PAGE, "<p>", "<p>&#8238;"),
    "a sign that nobody sees, by its name": (PAGE, "<p>", "<p>&ZeroWidthSpace;"),
    "another file as a script": (INTERACTIVE, "</head>", '<script src="../data/told.csv"></script></head>'),
    "a script inside a drawing of a page": (INTERACTIVE, "<main>", '<svg><script href="../a.svg"/></svg><main>'),
    "a script of a drawing": (DRAWING, "</svg>", "<script>1</script></svg>"),
    "a script under another name": (DRAWING, "</svg>", '<a-b:script xmlns:a-b="http://www.w3.org/2000/svg"/></svg>'),
    "a script as it is shown": (DRAWING, "<svg ", '<svg onload="1" '),
    "a page in a drawing": (DRAWING, "</svg>", "<foreignObject/></svg>"),
    "a picture of a page in a drawing": (DRAWING, "</svg>", f'<h:img {HTML} src="//example.org"/></svg>'),
    "a refresh of a drawing": (DRAWING, "</svg>", f'<h:meta {HTML} http-equiv="refresh"/></svg>'),
    "a picture elsewhere": (DRAWING, "</svg>", '<g fill="url(//example.org)"/></svg>'),
    "a picture elsewhere, by a number": (DRAWING, "</svg>", '<g fill="&#117;rl(//example.org)"/></svg>'),
    "a picture elsewhere, by a style": (
        DRAWING,
        "</svg>",
        "<style>svg{background:\\75rl(//example.org)}</style></svg>",
    ),
    "a picture of a set": (DRAWING, "</svg>", '<style>svg{background:image-set("//a.b" 1x)}</style></svg>'),
    "a sign of a drawing that turns text": (DRAWING, "</text>", "&#8238;</text>"),
    "a file of the machine": (DRAWING, "<svg ", '<!DOCTYPE svg [<!ENTITY a SYSTEM "a">]><svg '),
    "a style of a drawing": (DRAWING, "<svg ", '<?xml-stylesheet href="//example.org"?><svg '),
    "data from elsewhere": (SPEC, "{", '{"params": [{"url": "//example.org"}], '),
    "data by a signal": (SPEC, "{", '{"params": [{"url": {"signal": "a"}}], '),
    "pictures from elsewhere": (SPEC, "{", '{"layer2": [{"encoding": {"text": {"value": "https://example.org"}}}], '),
    "what shows it": (SPEC, "{", '{"usermeta": {"embedOptions": {}}, '),
    "signs of a specification": (SPEC, "{", '{"spoken": "\\u202e5.21", '),
}


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_what_would_lead_elsewhere_is_seen(whole, kind):
    edition = {name.removeprefix("edition/"): one for name, one in whole.items() if name.startswith("edition/")}
    name, old, new = ELSEWHERE[kind]
    assert old in whole[name].decode()
    name = name.removeprefix("edition/")
    changed = edition[name].decode().replace(old, new, 1)
    assert list(active_content(edition)) == []
    assert {found[0] for found in active_content({**edition, name: changed.encode()})} == {name}
    if name.endswith(".svg"):
        assert {found[0] for found in active_content({**edition, name: changed.encode("utf-16")})} == {name}


def test_a_feed_that_is_more_than_a_feed_is_seen():
    feed = b'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title></feed>'
    assert list(active_content({"feed.xml": feed})) == []
    script = b'<s:script xmlns:s="http://www.w3.org/1999/xhtml">1</s:script></feed>'
    for other in (script, b"<!-- a --></feed>", b"", b"\xe2\x80\xae</feed>"):
        assert list(active_content({"feed.xml": feed.replace(b"</feed>", other)})) != []


def test_what_would_lead_elsewhere_is_seen_in_an_archive_of_any_version(whole, tmp_path):
    manifest = json.loads(whole[attacks.MANIFEST])
    manifest["inputs"]["code"]["toolkit/cli.py"] = "0" * 64
    older = {**whole, attacks.MANIFEST: json.dumps(manifest).encode()}
    assert verify_alone(attacks.write(tmp_path / "older.zip", attacks.with_hashes(older))).holds
    changed = dict(older)
    for name, old, new in ELSEWHERE.values():
        changed[name] = whole[name].decode().replace(old, new, 1).encode()  # the last of each file stays
    changed["edition/claims.html"] = whole["edition/claims.html"].replace(b"default-src", b"child-src", 1)
    said = verify_alone(attacks.write(tmp_path / "a.zip", attacks.with_hashes(changed))).missed
    assert {f"archive, {name}" for name, _, _ in ELSEWHERE.values()} <= {one.where for one in said}


@pytest.mark.parametrize(
    "name", ["more.xhtml", "more.HTML", ".htaccess", "CNAME", "coffee/more.js", "more.svg", "a.html"]
)
def test_a_file_that_no_build_writes_is_seen_though_all_else_agrees_with_it(whole, tmp_path, name):
    manifest = json.loads(whole[attacks.MANIFEST])
    content = whole["edition/index.html" if name.endswith(".html") else DRAWING]
    files = attacks.with_hashes({**whole, f"edition/{name}": content})
    files |= completed({one: content for one, content in files.items() if one.startswith(COPIED)}, manifest)
    said = verify_alone(attacks.write(tmp_path / "a.zip", files)).missed
    assert f"archive, edition/{name}" in {one.where for one in said}


IN_RECEIPTS_AND_TABLES = {
    "the value over a receipt": (r"<p class=amount>[^<]*<b>([^<]*\d[^<]*)</b>", PAGES),
    "a step of a receipt": (r"<li><b>([^<]*\d[^<]*)</b>", PAGES),
    "the label of a step": (r"<li><b>[^<]*\d[^<]*</b>[^<]*<br>([^<]+)", PAGES),
    "the sum over a receipt": (r"<p class=sum>([^<]*\d[^<]*)<", PAGES),
    "the calculation of a receipt": (r"</summary>\n<p>([^<]*\d[^<]*)</p>", PAGES),
    "a cell with a number": (r"<td>([^<]*\d[^<]*)<", PAGES),
    "a word of a table": (r"<th scope=row[^>]*>([^<]+)<", PAGES),
    "the head of a column": (r"<th scope=col[^>]*>([^<]+)<", PAGES),
    "a value of a download": (r"\n\w[^,\n]*,([\d.]+)", ("edition/coffee/data/told.csv",)),
    "a word of a download": (r"\n(\w[^,\n]*),", ("edition/coffee/data/told.csv",)),
}


@pytest.mark.parametrize("kind", IN_RECEIPTS_AND_TABLES)
def test_steps_and_cells_that_are_not_the_manifests_are_seen_by_the_archive_alone(whole, tmp_path, kind):
    pattern, names = IN_RECEIPTS_AND_TABLES[kind]
    name = next(name for name in names if re.search(pattern, whole[name].decode()))
    page = whole[name].decode()
    place = re.search(pattern, page)
    digits = [*re.finditer(r"\d", place[1])]
    at, other = place.start(1), "Invented " + place[1]
    if digits:
        at = place.start(1) + digits[0].start()
        other = str(int(digits[0][0]) % 9 + 1) + place[1][digits[0].end() :]
    changed = page[:at] + other + page[place.end(1) :]
    files = attacks.with_hashes({**whole, name: changed.encode()})
    assert seen_alone(attacks.write(tmp_path / "a.zip", files))


def test_a_page_that_is_made_to_take_for_ever_is_read_at_once(whole):
    told = json.loads(whole[attacks.MANIFEST])
    step = b"<li>" + b"<i>a</i>" * 5_000 + b"</details>\n</aside>"
    torn = (
        ("<table id=", '<table id="figures-told"><thead>', "<tr>")
        + ('<aside class="receipt" id="r-1"', "<li><i>a</i>", "<li><i>a", "<li><i>a<b")
        + ('<script type="application/ld+json">', "<style>", "<")
    )
    for part in torn:  # with time that grows as the square each would take minutes
        page = whole["edition/coffee.html"].replace(b"</details>\n</aside>", part.encode() * 20_000 + step, 1)
        page += part.encode() * 20_000
        files = {**whole, "edition/coffee.html": page}
        assert list(disagreements(files, told, PrintedTables.of(whole))), part


def test_the_file_of_a_dataset_in_a_manifest_leads_to_no_file_outside_the_archive(whole, tmp_path):
    manifest = json.loads(whole[attacks.MANIFEST])
    story = manifest["stories"]["coffee"]
    for place, file in enumerate(("data/datasets//dev/zero", "../../../../../../../dev/zero")):  # a file without end
        story["datasets"] = {
            "z": {"title": "z", "file": file, "sha256": "0" * 64, "rows": 1, "source": "office-survey"}
        }
        files = attacks.with_hashes({**whole, attacks.MANIFEST: json.dumps(manifest).encode()})
        verify_alone(attacks.write(tmp_path / f"{place}.zip", files))


@counts.of("archives")
@pytest.mark.parametrize("part", counts.parts())
def test_flipped_bytes_are_an_error_or_a_difference_or_change_nothing(whole, tmp_path, part, record_property):
    content = attacks.write(tmp_path / "whole.zip", whole).read_bytes()
    rounds, wrong = 0, []
    for number in range(part, counts.count("archives"), len(counts.parts())):
        draw = random.Random(number)
        torn = bytearray(content)
        for _ in range(draw.choice((1, 1, 1, 4, 30))):
            torn[draw.randrange(len(torn))] ^= 1 << draw.randrange(8)
        if draw.random() < 0.1:
            del torn[draw.randrange(len(torn)) :]
        path = tmp_path / "torn.zip"
        path.write_bytes(torn)
        rounds += 1
        if not seen_alone(path) and attacks.read(path) != whole:
            wrong.append(number)
    record(record_property, "bytes of an archive flipped, or its end cut off", tried=rounds, passed=len(wrong))
    record_property("rounds", rounds)
    assert wrong == []


def test_a_file_that_was_changed_alone_is_seen_in_an_archive_of_another_version_too(whole, tmp_path):
    manifest = json.loads(whole[attacks.MANIFEST])
    manifest["inputs"]["code"]["toolkit/cli.py"] = "0" * 64
    changed = {**whole, attacks.MANIFEST: json.dumps(manifest).encode()}  # as seeds 65 and 1191 of the odd values do
    said = str(verify_alone(attacks.write(tmp_path / "manifest.zip", changed)).missed)
    assert f"archive, {attacks.MANIFEST}" in said and "changed" in said
    older = attacks.with_hashes(changed)
    assert verify_alone(attacks.write(tmp_path / "older.zip", older)).holds
    for name in ("series/series.csv", "figures/datapackage.json", "rows/datasets.csv"):
        changed = {**older, name: older[name].replace(b"a", b"o", 1)}
        said = str(verify_alone(attacks.write(tmp_path / "changed.zip", changed)).missed)
        assert f"archive, {name}" in said and "changed" in said, name


@counts.of("archives")
@pytest.mark.parametrize("part", counts.parts())
def test_a_manifest_or_table_of_anybodys_is_an_error_or_a_difference(whole, tmp_path, part, record_property):
    rounds, wrong = 0, []
    names = [name for name in sorted(whole) if name.endswith((".json", ".csv", ".html"))]
    for number in range(part, counts.count("archives"), len(counts.parts())):
        draw = random.Random(number)
        name = draw.choice((attacks.MANIFEST, attacks.MANIFEST, *names))
        if name.endswith(".json"):
            value = json.loads(whole[name])
            for _ in range(draw.choice((1, 1, 3))):
                _odd_value(draw, value)
            made = json.dumps(value).encode()
        else:
            made = attacks.byte_flipped(draw, attacks.word_changed(draw, whole[name]))
        files = {**whole, name: made}
        rounds += 1
        if made != whole[name] and not seen_alone(attacks.write(tmp_path / "a.zip", files)):
            wrong.append((number, name))
    record(record_property, "odd values in an archive's manifest and tables", tried=rounds, passed=len(wrong))
    record_property("rounds", rounds)
    assert wrong == []


def _odd_value(draw, value):
    """Puts an odd value in a place of JSON, somewhere below."""
    while True:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = draw.choice(list(keys)) if keys else None
        below = value[key] if keys else None
        if keys and isinstance(below, (dict, list)) and below and draw.random() < 0.8:
            value = below
            continue
        odd = copy.deepcopy(draw.choice(ODD))  # the next one may be put into it
        if isinstance(value, dict) and draw.random() < 0.1:
            value[draw.choice(("../x", "\\x", "more"))] = odd
        elif keys:
            value[key] = odd
        return


def test_a_packed_script_is_no_text_with_character_references(whole):
    edition = {name.removeprefix("edition/"): one for name, one in whole.items() if name.startswith("edition/")}
    name = next(name for name, one in edition.items() if name.endswith(".html") and b"</body>" in one)
    for put, seen in (
        ('<script type="application/gzip">a&#0;b&#x202e;</script>', False),
        ("<p>a&#x202e;b</p>", True),
        ('<p title="a&#x202e;b"></p>', True),
        ("<p title='<script>'></p><p>a&#x202e;b</p>", True),
        ("<!-- <script> --><p>a&#0;b</p>", True),
    ):
        changed = edition[name].decode().replace("</body>", f"{put}</body>")
        assert bool(list(active_content({name: changed.encode()}))) == seen, put
