"""Every form, drawn from small data at both widths: legible, inert, the same each time, refused where it should be."""

import inspect
import io
import itertools
import math
import os
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from tests import counts
from tests.charts.drawn import SVG, nodes
from tests.charts.example_charts import EXAMPLES, OWN, PALETTE, cell, drawing
from toolkit.charts import FORMS, LAYOUTS, Cell, altair_chart, draw_svg, picture, png, standalone, typography
from toolkit.charts.dates import moment, ticks_of_dates
from toolkit.charts.drawing import Annotation
from toolkit.charts.geometry import text_box
from toolkit.charts.scales import tick_words, unit_of
from toolkit.charts.theme import paint
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import KINDS
from toolkit.core.locales import LOCALES
from toolkit.notebook.story import Story

pytestmark = pytest.mark.heavy
PICTURES = Path(__file__).parent / "pictures"
UPDATE = "UPDATE_PICTURES"  # UPDATE_PICTURES=1 pytest tests/charts/test_charts.py draws the reference pictures anew
HOSTILE = """<script>alert("1")</script> & 'two' ]]> <b>"""

each_example = pytest.mark.parametrize("example", EXAMPLES)
each_width = pytest.mark.parametrize("width", LAYOUTS)
IN_TURN = list(zip(EXAMPLES, itertools.cycle(LAYOUTS), strict=False))  # each example at one width


class Drawn(dict):
    def __missing__(self, key):
        example, width = key
        self[key] = draw_svg(EXAMPLES[example](), width)
        return self[key]

    def all(self) -> dict[tuple[str, str], str]:
        """By example and width."""
        return {key: self[key] for key in itertools.product(EXAMPLES, LAYOUTS)}


@pytest.fixture(scope="module")
def drawn():
    """Each example at each width, drawn when a test first asks for it: each process draws its part."""
    return Drawn()


def texts(source: str) -> list[ElementTree.Element]:
    return nodes(source, "text")


def vega_lite_at(drawn, width: str) -> dict:
    """The specification of a chart that Altair draws."""
    return altair_chart.spec_of_form(FORMS[drawn.form], drawn, LAYOUTS[width])


def dotted(source: str) -> list[tuple[float, ...]]:
    """Where the dotted lines of a drawing start, and how far they go right or down."""
    paths = [path.get("d") for path in nodes(source, "path") if path.get("stroke-dasharray") == "1.6,3.2"]
    found = [re.match(r"M([-\d.]+),([-\d.]+)([hv])([-\d.]+)", path) for path in paths]
    return [
        (float(one[1]), float(one[2]), float(one[4]) * (one[3] == "h"), float(one[4]) * (one[3] == "v"))
        for one in found
        if one
    ]


def test_every_form_has_a_sample():
    assert {EXAMPLES[example]().form for example in EXAMPLES} == FORMS.keys()


def test_no_encoding_is_named_like_a_field_of_every_chart():
    taken = set(inspect.signature(Story.chart).parameters)
    assert not {(form.name, name) for form in FORMS.values() for name in form.encodings if name in taken}


@each_example
@each_width
def test_the_svg_fits_a_page(drawn, example, width):
    source = drawn[example, width]
    root = ElementTree.fromstring(source)
    assert root.get("viewBox").startswith(f"0 0 {LAYOUTS[width].width:g} ")
    assert root.get("role") == "img"
    names = root.get("aria-labelledby").split()
    given = {node.get("id"): node.text for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert list(given) == names
    assert given == dict(zip(names, (EXAMPLES[example]().title, EXAMPLES[example]().alt), strict=True))
    ids = re.findall(r' id="([^"]+)"', source)
    assert len(ids) == len(set(ids))
    assert all(name.startswith(f"{EXAMPLES[example]().id}-{width}-") for name in ids)
    assert "style=" not in source and "<style" not in source and "aria-label=" not in source
    assert len(source) < 20_000


@each_example
@each_width
def test_colours_are_the_pages_variables(drawn, example, width):
    painted = re.findall(r' (?:fill|stroke)="([^"]+)"', drawn[example, width])
    known = {paint(role) for role in PALETTE.light} | {"none"}
    assert {colour for colour in painted if not colour.startswith("url(#")} <= known


@pytest.mark.parametrize(("example", "width"), counts.slow_but(counts.spread(IN_TURN, 6), IN_TURN))
def test_the_same_bytes_twice(drawn, example, width):
    assert draw_svg(EXAMPLES[example](), width) == drawn[example, width]


@each_example
def test_the_smallest_text_is_twelve_pixels_on_a_small_phone(drawn, example):
    sizes = [float(text.get("font-size")) for text in texts(drawn[example, "narrow"])]
    assert min(sizes) * 288 / 340 >= 12


@pytest.mark.browser
def test_words_stand_where_they_were_measured(browser, drawn):
    """Chromium, with the page's fonts, finds each text no wider than the measure says, but for a pixel in 500.

    Fonts of pages have half the units of those that are measured, so that a letter's width is rounded there.
    """
    page = browser.new_page()
    body = "".join(drawn.all().values())
    page.set_content(f"<style>{PALETTE.css_variables()}{typography.font_faces()}</style>{body}")
    page.evaluate("document.fonts.ready")
    widths = page.evaluate(
        "[...document.querySelectorAll('svg text')].map(t => [t.textContent, t.getComputedTextLength(),"
        " parseFloat(getComputedStyle(t).fontSize), parseInt(getComputedStyle(t).fontWeight)])"
    )
    page.close()
    assert len(widths) > 300
    for text, width, size, weight in widths:
        assert width <= typography.text_width(text, size, weight) * 1.002 + 0.75, text


@each_example
def test_simulated_marks_say_so(drawn, example):
    simulated = EXAMPLES[example]().kind == "synthetic"
    for width in LAYOUTS:
        source = drawn[example, width]
        assert ("SIMULATED" in source) is simulated
        if simulated and EXAMPLES[example]().form != "lines":
            assert "<pattern" in source and "-hatch-" in source
    if simulated:
        assert "SIMULATED" in standalone(EXAMPLES[example]())


def test_a_line_of_simulated_values_is_dotted(drawn):
    assert 'stroke-dasharray="1.8,1.8"' in drawn["lines_simulated", "wide"]


@pytest.mark.parametrize("example", ["multiples", "bars", "columns"])
def test_pictures_carry_their_words_and_stay_small(example):
    chart = EXAMPLES[example]()
    data = picture(chart)
    assert len(data) <= 80_000
    image = Image.open(io.BytesIO(data))
    assert image.width >= 736
    source = standalone(chart)
    said = " ".join(text.text for text in texts(source))
    assert "A sample of the form" in said and f"Source: {chart.source}" in said
    assert texts(source)[0].text == KINDS[chart.kind]
    assert "var(" not in source and "@font-face" in source


def on_paper(source: str, scale: float) -> bytes:
    """An inline SVG as a PNG on paper."""
    paper = f'<path d="M0,0h680v2000h-680z" fill="{PALETTE.light["paper"]}"/>'
    vl_convert.register_font_directory(str(typography.FONTS))
    return vl_convert.svg_to_png(PALETTE.resolved(source).replace("</desc>", "</desc>" + paper, 1), scale=scale)


def test_a_packed_picture_shows_the_same(drawn):
    raw = on_paper(drawn["range_bars", "narrow"], 1)
    packed = png.with_palette(raw)
    assert len(packed) < len(raw) / 3
    before, after = (Image.open(io.BytesIO(data)).convert("RGB") for data in (raw, packed))
    difference = ImageChops.difference(before, after)
    assert max(high for _, high in difference.getextrema()) <= 1.5 * png.NEAR  # mixed pixels at edges
    assert ImageStat.Stat(difference.convert("L")).mean[0] < 1
    for role in ("paper", "slip", "accent", "amazon", "alphabet", "meta", "microsoft"):
        colour = tuple(bytes.fromhex(PALETTE.light[role][1:]))
        assert pixels_of(before, colour) <= pixels_of(after, colour), role


def pixels_of(image: Image.Image, colour: tuple[int, ...]) -> int:
    return {found: count for count, found in image.getcolors(1 << 20)}.get(colour, 0)


@pytest.mark.parametrize(("example", "width"), counts.slow_but(IN_TURN, list(itertools.product(OWN, LAYOUTS))))
def test_pictures_look_as_they_did(drawn, example, width):
    now = png.with_palette(on_paper(drawn[example, width], 1))
    path = PICTURES / f"{example}-{width}.png"
    if os.environ.get(UPDATE):
        path.write_bytes(now)
    before, after = (Image.open(io.BytesIO(data)).convert("L") for data in (path.read_bytes(), now))
    assert before.size == after.size, f"{path.name} changed its size; look at it, then set {UPDATE}=1"
    histogram = ImageChops.difference(before, after).histogram()
    changed = sum(histogram[40:]) / (after.width * after.height)
    assert changed < 0.004, f"{changed:.2%} of {path.name} changed; look at it, then set {UPDATE}=1"


def test_the_reference_pictures_stay_small():
    assert sum(path.stat().st_size for path in PICTURES.glob("*.png")) < 350_000
    assert {path.stem for path in PICTURES.glob("*.png")} == {f"{s}-{w}" for s in OWN for w in LAYOUTS}


# Hostile words


@each_width
@pytest.mark.parametrize("example", ["bars", "grid", "tree"])
def test_hostile_words_stay_words(example, width):
    chart = EXAMPLES[example]()
    rows = [
        {key: f"<i>&'\"{place}" if key == "label" and value else value for key, value in row.items()}
        for place, row in enumerate(chart.rows)
    ]
    source = draw_svg(replace(chart, rows=tuple(rows), title=HOSTILE, alt=HOSTILE), width)
    root = ElementTree.fromstring(source)
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "defs",
        "pattern",
        "g",
        "path",
        "text",
    }
    assert root.find(f"{SVG}title").text == HOSTILE
    assert any(text.text.startswith("<i>&'\"") for text in texts(source))
    assert not any(name.startswith("on") for node in root.iter() for name in node.attrib)


def test_control_characters_become_spaces():
    chart = drawing("bars", [{"n": "a\x00b\x1fc", "v": cell(2, "2")}], label="n", value="v")
    assert "a b c" in {text.text for text in texts(draw_svg(chart, "wide"))}


@pytest.mark.parametrize(
    "form, name, value", [("dots", "y", "x"), ("bars", "label", "value"), ("columns", "x", "value")]
)
def test_names_with_separators_of_lines_are_drawn(form, name, value):
    rows = [{"n": "a\u2028b", "v": cell(3, "3")}, {"n": "c\u2029", "v": cell(2, "2")}]
    for table in (rows, rows[:1]):
        assert "3" in {text.text for text in texts(draw_svg(drawing(form, table, **{name: "n", value: "v"}), "wide"))}


values = st.floats(min_value=1e-3, max_value=1e13, allow_nan=False)
kinds = st.sampled_from(["reported", "computed", "assumed", "synthetic"])


@settings(max_examples=counts.examples(10))
@given(
    rows=st.lists(st.tuples(st.text(min_size=1, max_size=30), values, values, kinds), min_size=1, max_size=6),
    form=st.sampled_from(["dots", "bars", "multiples"]),
    width=st.sampled_from(list(LAYOUTS)),
)
def test_any_table_is_drawn_or_refused(rows, form, width):
    names = {"dots": ("y", "x"), "bars": ("label", "value"), "multiples": ("label", "value")}[form]
    table = [
        {"n": name, "v": Cell(min(a, b), max(a, b), f"{min(a, b):.3g} to {max(a, b):.3g}", kind)}
        for name, a, b, kind in rows
    ]
    kind = "synthetic" if any(row[3] == "synthetic" for row in rows) else "assumed"
    try:
        source = draw_svg(drawing(form, table, kind=kind, **dict(zip(names, ("n", "v"), strict=True))), width)
    except ToolkitError as error:
        assert re.search("runs|overlap|no room for SIMULATED|values for", str(error))
    else:
        ElementTree.fromstring(source)


# What marks say


def test_kinds_are_drawn_apart():
    def bar_of(kind: str) -> str:
        chart = drawing("bars", [{"n": "a", "v": cell(10, "10", kind=kind)}], kind=kind, label="n", value="v")
        return draw_svg(chart, "wide")

    assert "stroke-dasharray" not in bar_of("reported")
    assert 'stroke-dasharray="5,3.5"' in bar_of("assumed")
    assert "hatch-accent" in bar_of("synthetic")


def test_a_range_keeps_both_ends(drawn):
    solid_then_dashed = drawn["range_bars", "wide"]
    assert {"595 to 665", "695 to 725", "650 to 700", "720 to 745"} <= {t.text for t in texts(solid_then_dashed)}
    assert "175–185" in {t.text for t in texts(solid_then_dashed)}


def test_large_numbers_are_written_as_the_house_writes_them(drawn):
    for (example, width), source in drawn.all().items():
        for text in texts(source):
            assert not re.search(r"\d[GM]\b", text.text), (example, width, text.text)
    assert "$800bn" in {t.text for t in texts(drawn["lines", "wide"])}


def test_a_log_axis_says_so_in_words(drawn):
    said = " ".join(t.text for t in texts(drawn["dots_log", "wide"]))
    assert "each line is a hundred times the one before" in said


@given(low=st.integers(-3, 3), decades=st.integers(1, 9))
@settings(max_examples=counts.examples(6))
def test_the_words_on_a_log_axis_are_true_of_the_lines_that_are_drawn(low, decades):
    ends = [10.0**low, 10.0 ** (low + decades)]
    rows = [{"n": f"row {place}", "v": cell(value, "v")} for place, value in enumerate(ends)]
    for width in LAYOUTS:
        spec = vega_lite_at(drawing("dots", rows, x="v", y="n", scale="log"), width)
        axis = spec["encoding"]["x"]["axis"]
        factor = round(math.log10(axis["values"][1] / axis["values"][0]))
        said = f"each line is { {1: 'ten', 2: 'a hundred', 3: 'a thousand'}[factor] } times the one before"
        assert axis["title"] == [said], width


@each_width
def test_words_keep_clear_of_the_line_that_rows_are_compared_with(width):
    def drawn_with(rows: list[dict]) -> tuple[float, dict[str, tuple[str, float]]]:
        source = draw_svg(drawing("dots", rows, x="v", y="n", reference="r", reference_title="as stated"), width)
        dotted = next(node for node in nodes(source, "path") if node.get("stroke-dasharray") == "1.6,3.2")
        line = float(re.match(r"M([\d.]+)", dotted.get("d"))[1])
        return line, {t.text: (t.get("text-anchor", "start"), float(t.get("x"))) for t in texts(source)}

    line, said = drawn_with([{"n": f"row {v}", "v": cell(v, f"{v}×"), "r": cell(1, "1×")} for v in (0.9, 0.3, 1.7)])
    assert {word for word in ("0.9×", "0.3×", "1.7×") if said[word][0] == "end"} == {"0.9×"} and said["0.9×"][1] < line
    near = {"n": "near the edge", "v": cell(0.1, "0.1×"), "r": cell(0.2, "0.2×")}
    line, said = drawn_with([near, {"n": "far", "v": cell(2, "2×")}])
    assert said["0.1×"] > ("start", line)


@each_width
def test_the_words_of_a_pair_keep_clear_of_the_axis(width):
    rows = [
        {"n": "small", "a": cell(0.07, "7.21%"), "b": cell(0.075, "7.54%")},
        {"n": "large", "a": cell(0.9, "90%"), "b": cell(0.8, "80%")},
    ]
    shown = drawing("dumbbell", rows, label="n", first="a", second="b", first_title="x", second_title="y")
    source = draw_svg(shown, width)
    zero = next(float(text.get("x")) for text in texts(source) if text.text == "0")
    starts = {
        text.text: float(text.get("x"))
        - (text.get("text-anchor") == "end") * typography.text_width(text.text, float(text.get("font-size")), 600)
        for text in texts(source)
    }
    assert starts["7.54%"] > starts["7.21%"] > zero and starts["90%"] > starts["80%"] > zero


@each_width
def test_the_name_of_a_mark_keeps_clear_of_a_level_line_entered_after_it(width):
    rows = [{"x": cell(place / 10, ""), "y": cell(1 + place, "")} for place in range(11)]
    named = Annotation("a mark with a name", x=(cell(0.9, ""),), y=(cell(10, ""),))
    chart = drawing("lines", rows, x="x", y="y", interpolate="monotone", x_title="x", y_title="y")
    source = draw_svg(replace(chart, notes_at=(named, Annotation("a level", y=(cell(10, ""),)))), width)
    ((_, level, _, _),) = dotted(source)
    base = next(float(text.get("y")) for text in texts(source) if text.text == "a mark with a name")
    assert base < level - 3 or base > level + 11


@each_width
def test_no_staff_of_a_distribution_runs_through_another_words(width):
    places = [z / 8 for z in range(-24, 25)]
    rows = [
        {"role": "curve", "x": cell(51e6 * math.exp(1.57 * z), f"{z}"), "d": cell(math.exp(-z * z / 2), "")}
        for z in places
    ]
    marks = ((51e6, "median"), (175e6, "mean"), (380e6, "90th percentile"), (1.07e9, "mean of the top tenth"))
    rows += [{"role": "mark", "x": cell(value, name), "label": name} for value, name in marks]
    rows += [{"role": "region", "x": cell(380e6, "", 1e11), "label": "the top tenth"}]
    shown = drawing("distribution", rows, role="role", x="x", density="d", label="label", x_title="Tokens")
    source = draw_svg(shown, width)
    ink = [path for path in nodes(source, "path") if path.get("stroke") == "var(--ink)"]
    upright = [found for path in ink for found in re.findall(r"M([-\d.]+),([-\d.]+)v([-\d.]+)", path.get("d"))]
    assert len(upright) == len(marks)
    for (x, start, down), text in itertools.product(upright, texts(source)):
        weight = {"600": 600}.get(text.get("font-weight"), 400)
        place = float(text.get("x")), float(text.get("y")), text.text, float(text.get("font-size"))
        box = text_box(*place, weight, text.get("text-anchor", "start"))
        top, foot = sorted((float(start), float(start) + float(down)))
        through = box.left < float(x) < box.right and top < box.bottom - 2 and box.top + 2 < foot
        assert not through, (x, top, foot, box)


def test_dollars_below_one_keep_their_cents():
    assert tick_words([0.01, 0.1, 1, 10, 1000], "dollar", log=True) == ["$0.01", "$0.10", "$1", "$10", "$1,000"]
    assert tick_words([0, 0.5, 1, 1.5], "dollar") == ["0.00", "0.50", "1.00", "$1.50"]
    assert tick_words([0, 5, 10], "dollar") == ["0", "5", "$10"]


def test_an_axis_has_the_marks_of_its_language_and_the_sign_of_its_currency():
    german = LOCALES["de"]
    assert tick_words([0, 0.5, 1], "euro", locale=german) == ["0,00", "0,50", "1,00 €"]
    assert tick_words([0, 2.5e6, 5e6], "count", locale=german) == ["0", "2,5", "5 Mio."]
    assert tick_words([0.01, 0.1], "percent", log=True, locale=german) == ["1 %", "10 %"]
    months = [word for _, word in ticks_of_dates(moment("2026", "x"), moment("2026-07", "x"), 420, 46, german)]
    assert months[:3] == [
        "Jan. 2026",
        "Feb.",
        "März",
    ]
    days = ticks_of_dates(moment("2026-04-14", "x"), moment("2026-04-16", "x"), 420, 46, german)
    assert [word for _, word in days] == ["14. Apr.", "15. Apr.", "16. Apr."]


def test_an_axis_of_percentage_points_says_points():
    points = [cell(0.16, "16 points"), cell(0.12, "12 points")]
    assert (unit_of(points), unit_of([cell(0.4, "40%")])) == ("points", "percent")
    assert tick_words([0, 0.05, 0.1, 0.15], "points") == ["0", "5", "10", "15 points"]
    assert tick_words([-0.01, 0, 0.01], "points", locale=LOCALES["de"]) == ["−1", "0", "1 Punkt"]
    assert tick_words([0.01, 0.1], "points", log=True) == ["1 point", "10 points"]
    rows = [{"n": name, "v": value} for name, value in zip("ab", points, strict=True)]
    for width in LAYOUTS:
        said = [text.text for text in texts(draw_svg(drawing("bars", rows, label="n", value="v"), width))]
        assert "15 points" in said and "16 points" in said and not any("%" in word for word in said), said


@pytest.mark.parametrize(
    ("texts", "own"),
    [
        (["18,234"], "count"),
        (["40%"], "percent"),
        (["$4m"], "dollar"),
        (["16 points"], "points"),
        (["40%", "16 points"], "percent"),
        ([], "count"),
    ],
)
def test_the_unit_of_an_axis_is_that_of_its_values(texts, own):
    assert unit_of(cell(0.4, text) for text in texts) == own


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["18,234", "$4m"], "dollar and count"),
        (["40%", "18,234"], "percent and count"),
        (["16 points", "$4m"], "dollar and points"),
    ],
)
def test_values_in_different_units_do_not_share_an_axis(texts, said):
    rows = [{"n": text, "v": cell(0.4, text)} for text in texts]
    with pytest.raises(ToolkitError, match=f"values in {said}"):
        draw_svg(drawing("bars", rows, label="n", value="v"), "wide")


def test_a_histogram_says_its_unit_at_the_last_step():
    shares = [{"v": cell(value, f"{value:.0%}")} for value in (0.148, 0.3, 0.46, 0.45, 0.53)]
    for width in LAYOUTS:
        said = [text.text for text in texts(draw_svg(drawing("histogram", shares, x="v", step=0.03), width))]
        assert [word for word in said if word.endswith("%")] == ["50%"], said


def test_two_currencies_never_share_an_axis():
    euro, dollar = (Cell(5, 5, "5", "reported", "money", ("5",), False, name) for name in ("euro", "dollar"))
    assert unit_of([euro]) == "euro"
    with pytest.raises(ToolkitError, match="values in dollar and euro"):
        unit_of([euro, dollar])


def test_the_end_of_a_line_keeps_its_dollar_sign_where_the_axis_has_no_scale():
    rows = [
        {"d": when, "v": cell(v, f"${v}.00"), "s": name}
        for name, v in (("Model A", 5), ("Model B", 2))
        for when in ("2025", "2026")
    ]
    for width in LAYOUTS:
        said = " ".join(text.text for text in texts(draw_svg(drawing("lines", rows, x="d", y="v", color="s"), width)))
        assert "$5.00" in said and "$2.00" in said, width


def test_percentages_on_a_log_axis_are_percentages_at_each_line():
    assert tick_words([1e-5, 1e-3, 0.1], "percent", log=True) == ["0.001%", "0.1%", "10%"]
    assert tick_words([0.05, 0.1], "percent") == ["5", "10%"]
    rows = [{"x": cell(place / 10, ""), "y": cell(10.0 ** (place / 2 - 6), "1%")} for place in range(11)]
    upright = drawing("lines", rows, x="x", y="y", interpolate="monotone", y_scale="log")
    for width in LAYOUTS:
        said = [text.text for text in texts(draw_svg(upright, width))]
        assert {"0.0001%", "0.01%", "1%"} <= set(said) and "0.1%" not in said
        assert any("each line is a hundred times the one before" in text for text in said)


def test_a_company_has_one_colour_in_all_forms(drawn):
    for example in ("range_bars", "lines", "bars"):
        found = [t.get("fill") for t in texts(drawn[example, "narrow"]) if t.text.startswith(("Meta", "$115bn"))]
        assert "var(--meta)" in found or example == "bars"
    assert 'fill="var(--meta)"' in drawn["bars", "wide"]


def test_dates_may_be_years_months_or_days():
    rows = [{"d": when, "v": cell(v, str(v)), "s": "a"} for when, v in (("2024", 1), ("2025-06", 2), ("2026-07-15", 3))]
    assert "2025" in {t.text for t in texts(draw_svg(drawing("lines", rows, x="d", y="v", color="s"), "wide"))}


def test_a_single_row_and_equal_values_can_be_drawn():
    one = [{"n": "only", "v": Cell(5, 5, "5", "reported")}]
    for width in LAYOUTS:
        assert "only" in draw_svg(drawing("dots", one, x="v", y="n"), width)
        assert "only" in draw_svg(drawing("bars", one, label="n", value="v"), width)
