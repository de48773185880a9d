"""What somebody changes in an edition or its archive, with all hashes brought up to date, is seen in a browser."""

import base64
import hashlib
import io
import json
import re
import shutil
import struct
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import attacks, counts
from tests.build.three_stories import notebook
from tests.review import archive_attacks
from tests.review.recheck_attacks import AFTER, CELLS, IN_ARCHIVE, OF_CHARTS, SEEN, UNSEEN, changes
from tests.site.checkers import axe
from toolkit.build.manifest import SCHEMA
from toolkit.core.project import find_project
from toolkit.review.archive import archive
from toolkit.site import recheck

SAMPLE = Path(__file__).parents[1] / "sample"
HOLD = """(files) => {
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  globalThis.whole = new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)]));
  globalThis.seenIn = async ([changed, gone]) => {
    const files = new Map(whole);
    gone.forEach((path) => files.delete(path));
    for (const [path, text] of Object.entries(changed)) files.set(path, bytes(text));
    try {
      const { problems, stories } = await check(files);
      const wrong = stories.flatMap((story) => story.findings.flatMap((finding) => finding.reasons));
      return [...problems.map((one) => `${one.where}: ${one.sentence}`), ...wrong];
    } catch (error) {
      return [error.message];
    }
  };
  return seenIn([{}, []]);
}"""


@pytest.fixture(scope="module")
def files(built_once, warmed):
    """The archive of an invented edition, by path."""

    def make(root):
        shutil.copytree(SAMPLE, root)
        (root / "notebooks" / "coffee.ipynb").unlink()
        (root / "notebooks" / "mugs.ipynb").write_text(notebook(*CELLS), encoding="utf-8")
        settings = (root / "pyproject.toml").read_text(encoding="utf-8")
        (root / "pyproject.toml").write_text(settings.replace('"coffee"', '"mugs"'), encoding="utf-8")
        warmed(find_project(root))

    project = built_once("mugs", make)
    return archive_attacks.read(archive(project, project.reports, project.root / "mugs.zip"))


def packed(files):
    return {path: base64.b64encode(content).decode() for path, content in files.items()}


@pytest.fixture
def holding(browser):
    """A function that opens a page with the script and some files, which agree."""
    pages = []

    def opened(files):
        page = browser.new_page()
        pages.append(page)
        edition = {name.removeprefix("edition/"): content for name, content in files.items()}
        shared = {name: content for name, content in edition.items() if name.endswith((".css", ".js"))}
        page.goto(recheck.FOLDER.as_uri())  # on a blank page browsers work out no hashes
        page.add_script_tag(content=recheck.script(recheck.MODULES, SCHEMA, shared=shared))
        assert page.evaluate(HOLD, packed(files)) == []
        return page

    yield opened
    for page in pages:
        page.close()


def unseen(page, files, changed):
    """The kinds of changes of which nothing was seen, each as often as it was not."""
    found = Counter()
    for kind, made in changed:
        other = {path: content for path, content in made.items() if content != files.get(path)}
        gone = [path for path in files if path not in made]
        found[kind] += not page.evaluate("(change) => seenIn(change)", [packed(other), gone])
    return +found


def of_edition(files):
    return {path: content for path, content in files.items() if path.startswith("edition/")}


@pytest.mark.heavy
@pytest.mark.browser
@counts.of("rechecks")
@pytest.mark.parametrize("what", [pytest.param("edition", marks=[pytest.mark.slow, counts.in_full_only()]), "archive"])
def test_at_least_95_in_100_changes_are_seen(files, holding, what, record_property):
    base = of_edition(files) if what == "edition" else files
    kinds = SEEN | OF_CHARTS | AFTER | (IN_ARCHIVE if what == "archive" else {})
    number = max(len(kinds), counts.count("rechecks") // 2)
    page, made = holding(base), changes(5, base, kinds, number)
    each = unseen(page, base, made[: len(kinds)])
    passed = each + unseen(page, base, made[len(kinds) :])
    attacks.record(record_property, f"an {what} checked in the browser", tried=number, passed=passed.total())
    assert passed.total() <= number / 20, passed
    assert not each, "one of each kind is seen"


@pytest.mark.heavy
@pytest.mark.browser
@counts.of("rechecks")
def test_what_it_cannot_see_is_of_the_kinds_that_it_names(files, holding, record_property):
    passed = unseen(holding(files), files, changes(6, files, UNSEEN, len(UNSEEN)))
    attacks.record(record_property, "what no check in the browser can see", tried=len(UNSEEN), passed=passed.total())
    assert passed.keys() == UNSEEN.keys()


@pytest.fixture
def at_page(files, tmp_path, browser):
    """The edition in a folder, and a function that opens its recheck.html with other options of a browser."""
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    contexts = []

    def opened(place="", **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(f"{(tmp_path / 'edition' / recheck.NAME).as_uri()}{place}")
        return page

    yield opened, tmp_path
    for context in contexts:
        context.close()


def told(page, field, chosen):
    """What the page says of a file or folder that was chosen."""
    page.set_input_files(field, chosen)
    expect(page.locator("#said")).to_have_text(re.compile("^(?!Checking)."), timeout=60_000)
    return page.inner_text("#said")


@pytest.mark.heavy
@pytest.mark.browser
def test_a_folder_and_an_archive_are_read_and_nothing_is_asked_for(at_page, files):
    opened, folder = at_page
    page = opened("#mugs")
    assert "agrees with itself. 7 findings of 7" in told(page, "#folder", folder / "edition")
    assert page.evaluate("document.activeElement.closest('section').id") == "mugs"
    page.get_by_text("Cups a week that stay in mugs").first.click()
    assert "figure:office-survey#heavy: 35 cup/week" in page.inner_text(".steps")
    zipped = archive_attacks.write(folder / "mugs.zip", files)
    assert "This archive agrees with itself" in told(page, "#archive", zipped)
    assert page.asked == [page.url.partition("#")[0]] and page.said == []


def with_zeros(archive):
    """An archive with zeros in the middle of what its largest file is packed as."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entry = max(opened.infolist(), key=lambda one: one.compress_size)
    middle = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    return archive[:middle] + b"\0" * 60 + archive[middle + 60 :]


@pytest.mark.heavy
@pytest.mark.browser
def test_what_it_cannot_read_is_said_in_one_sentence(at_page, files):
    opened, folder = at_page
    page = opened()
    whole = archive_attacks.write(folder / "mugs.zip", files).read_bytes()
    stored = json.loads(files["edition/manifest.json"])
    name = next(name for name, node in stored["stories"]["mugs"]["nodes"].items() if node["inputs"])
    nodes = {**stored["stories"]["mugs"]["nodes"]}
    nodes[name] = {**nodes[name], "inputs": [name] * len(nodes[name]["inputs"])}
    circle = {**stored, "stories": {"mugs": {**stored["stories"]["mugs"], "nodes": nodes}}}
    for said, content in (
        ("is no zip file", b"not a zip"),
        ("README.md has two names", whole.replace(b"README.md", b"README.mx", 1)),
        ("is no zip file", whole[: len(whole) // 2]),
        ("cannot be unpacked", with_zeros(whole)),
        ("is of schema 99", packed_with(folder, files, {**stored, "schema": 99})),
        ("among its own inputs", packed_with(folder, files, circle)),
        ("a number in 10000000 digits", packed_with(folder, files, written_in(stored, name, 10_000_000))),
        ("is no JSON", packed_with(folder, files, None)),
        ("There is no manifest.json", archive_attacks.write(folder / "made.zip", {"a.txt": b"a"}).read_bytes()),
    ):
        (folder / "other.zip").write_bytes(content)
        found = told(page, "#archive", folder / "other.zip")
        assert said in found and found.count(". ") <= 1, found
    assert page.said == []


MARKUP = "<img src=x onerror='document.title=1'><script>document.title = 1</script>"


def chained(count, operation):
    """That many steps in a row, of ranges that are made of one another, by the names of their nodes."""
    node = {"low": 1, "high": 2, "unit": "1", "kind": "computed", "operation": operation, "printed": "1 to 2"}
    leaf = {**node, "operation": {"name": "constant"}, "inputs": []}
    steps = {f"{n:016x}": {**node, "inputs": [f"{n + 1:016x}"] * 2} for n in range(count)}
    return {**steps, f"{count:016x}": leaf}


def many_findings(story):
    finding = next(iter(story["findings"].values()))
    story["findings"].update({f"mugs.n{n}": finding for n in range(20_000)})


def wide(story, count):
    """A finding of a step with so many inputs."""
    leaf = {"low": 1, "high": 1, "unit": "1", "kind": "computed", "operation": {"name": "constant"}, "printed": "1"}
    names = [f"{n:016x}" for n in range(count)]
    top = {**leaf, "low": count, "high": count, "operation": {"name": "sum", "signs": "+" * count}}
    story["nodes"] |= {name: {**leaf, "inputs": []} for name in names} | {"f" * 16: {**top, "inputs": names}}
    next(iter(story["findings"].values()))["node"] = "f" * 16


def on_first(**more):
    """A change of the number that is the first finding, of the labels of all."""

    def change(story):
        finding = next(iter(story["findings"].values()))
        story["nodes"][finding["node"]].update(more)
        finding.update({key: value for key, value in more.items() if key in ("label", "printed")})

    return change


def deep(operation):
    def change(story):
        story["nodes"] |= chained(1900, operation)
        next(iter(story["findings"].values()))["node"] = "0" * 16

    return change


HOSTILE = {  # changes of a story's entry in the manifest, hashes of no concern: the page answers, and does not agree
    "a number that doubles at each step": deep({"name": "product"}),
    "ranges that double at each step": deep({"name": "sum", "signs": "+-"}),
    "more findings than it follows": many_findings,
    "more numbers than it follows": lambda story: wide(story, 60_000),
    "a step of 20,000 inputs": lambda story: wide(story, 20_000),
    "markup in words": on_first(label=MARKUP, printed=MARKUP, why=MARKUP, unit=MARKUP),
    "words of a megabyte": on_first(label="x" * 1_000_000, printed="9, " * 300_000),
    "inputs that are none": on_first(inputs=None),
    "a unit of a prototype": on_first(unit="__proto__"),
    "an operation of a prototype": on_first(operation={"name": "constructor"}),
    "a kind of a prototype": on_first(kind="toString"),
    "a value that is none": on_first(low=None),
    "a unit without end": on_first(unit="(" * 100_000 + "cup" + ")" * 100_000),
    "findings of a prototype": lambda story: story.update(findings={"__proto__": {"node": "__proto__", "label": "x"}}),
}


@pytest.mark.heavy
@pytest.mark.browser
@counts.of("rechecks")
def test_an_edition_that_is_made_to_do_harm_is_answered_in_words_and_runs_nothing(at_page, files, record_property):
    opened, folder = at_page
    agreed = []
    for what, change in HOSTILE.items():
        page, stored = opened(), json.loads(files["edition/manifest.json"])
        change(stored["stories"]["mugs"])
        (folder / "other.zip").write_bytes(packed_with(folder, files, stored))
        said = told(page, "#archive", folder / "other.zip")
        agreed += [what] if "agrees with itself" in said else []
        if page.locator(".list summary").count():
            page.locator(".list summary").first.click()
            page.locator(".list details[open] .steps").first.wait_for(timeout=60_000)
        assert "Cannot read" not in said and "is not a function" not in said, what
        assert page.title() != "1" and page.locator("img, .list script").count() == 0, what
        assert page.asked == [page.url] and page.said == [], what
    attacks.record(record_property, "an edition made to do harm in the browser", tried=len(HOSTILE), passed=len(agreed))
    assert agreed == []


def named_as_they_are(files, changed):
    """An archive with other files in its edition, whose manifest names them as they are."""
    made = {**files, **{f"edition/{path}": content for path, content in changed.items()}}
    stored = json.loads(made["edition/manifest.json"])
    for path, content in changed.items():
        stored["files"][path] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {**made, "edition/manifest.json": json.dumps(stored).encode()}


def hostile_files(files):
    """What somebody writes into the files of an edition to hang or to mislead who checks it, by what it is."""
    page, drawing = files["edition/mugs.html"], next(path for path in files if path.endswith(".svg"))
    specification = next(path for path in files if path.endswith(".vl.json"))
    deep = {
        f"<{tag}> in one another": {"mugs.html": page + f"<{tag}>".encode() * 100_000} for tag in ("div", "b", "svg")
    }
    drawn = {
        f"{part} in a drawing": {
            drawing.removeprefix("edition/"): files[drawing].replace(b"</svg>", part.encode() + b"</svg>")
        }
        for part in ("<script>1</script>", '<path onclick="1"/>', "<foreignObject/>")
    }
    return {**deep, **drawn, "no specification": {specification.removeprefix("edition/"): b"null"}}


@pytest.mark.heavy
@pytest.mark.browser
def test_files_that_are_made_to_do_harm_are_seen_at_once(files, holding):
    page = holding(files)
    changed = {what: named_as_they_are(files, other) for what, other in hostile_files(files).items()}
    nameless = {**json.loads(files["edition/manifest.json"]), "files": {}}
    changed["a manifest that names no file"] = {**files, "edition/manifest.json": json.dumps(nameless).encode()}
    assert unseen(page, files, changed.items()) == {}


@pytest.mark.heavy
@pytest.mark.browser
def test_what_other_programs_would_unpack_beside_its_files_is_refused(at_page, files):
    opened, folder = at_page
    page = opened()
    whole = archive_attacks.write(folder / "mugs.zip", files).read_bytes()
    count, name = len(files), sorted(files)[0].encode()
    listed, start = whole.index(b"PK\1\2"), whole.index(name) - 30
    own = whole[: whole.index(b"PK\3\4", 4)]  # the first file, once more, in no list
    for said, content in (
        ("beside its files", whole[:-14] + struct.pack("<HH", count - 1, count - 1) + whole[-10:]),
        ("beside its files", whole[:listed] + own + whole[listed:-6] + struct.pack("<I", listed + len(own)) + b"\0\0"),
        ("beside its files", whole[: start + 18] + b"\1\0\0\0" + whole[start + 22 :]),
        ("beside its files", packed_entries(files, "comment", b"a remark")),
        ("beside its files", packed_entries(files, "extra", struct.pack("<HHBI", 0x7075, 14, 1, 0) + b"other.txt")),
        ("is damaged", packed_entries(files, "compress_type", zipfile.ZIP_STORED).replace(*of_no_size(name, files))),
        ("more than 50,000 parts", archive_attacks.write(folder / "made.zip", unclosed(files)).read_bytes()),
    ):
        (folder / "other.zip").write_bytes(content)
        assert said in told(page, "#archive", folder / "other.zip")
    assert page.said == []


def packed_entries(files, field, value):
    """The bytes of an archive whose entries have a value in a field of ZipInfo."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)
            setattr(entry, field, value)
            packed.writestr(entry, files[name])
    return made.getvalue()


def of_no_size(name, files):
    """Both sizes of a file that is stored in an archive, as its headers have them; and none for the second."""
    size = struct.pack("<I", len(files[name.decode()]))
    return size * 2, size + bytes(4)


def unclosed(files):
    """An archive with a page of drawings without an end."""
    page = "edition/mugs.html"
    return {**files, page: files[page] + b"<svg " * 400_000}


def written_in(stored, name, digits):
    """A manifest with a number that is written in so many digits."""
    made = json.loads(json.dumps(stored))
    made["stories"]["mugs"]["nodes"][name]["style"] = {"digits": digits}
    return made


def packed_with(folder, files, manifest):
    """The bytes of an archive with another manifest, or with no JSON in its place for None."""
    text = b"{" if manifest is None else json.dumps(manifest).encode()
    made = {**files, "edition/manifest.json": text}
    return archive_attacks.write(folder / "made.zip", made).read_bytes()


@pytest.mark.heavy
@pytest.mark.browser
@pytest.mark.parametrize("width, scheme", [(390, "light"), (1280, "dark")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(at_page, width, scheme):
    opened, folder = at_page
    page = opened(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    told(page, "#folder", folder / "edition")
    page.locator(".list summary").first.click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
