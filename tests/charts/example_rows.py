"""Small data for the chart forms in rows."""

from __future__ import annotations

from tests.charts.example_parts import cell, drawing, same
from toolkit.charts import Drawing


def multiples() -> Drawing:
    ten, two = cell(10, "10×"), cell(2, "2×")
    rows = [
        (
            "Tokens",
            "Tokens per merged request",
            "69m v 7m · Jellyfish, 15 Apr",
            "10",
            "median",
            "top tenth v median",
            cell(9.857, "9.9×"),
            ten,
        ),
        (
            "Tokens",
            "Tokens in a month",
            "380m v 51m · Jellyfish, 15 Apr",
            "p90",
            "median",
            "90th v 50th percentile",
            cell(7.45, "7.5×"),
            ten,
        ),
        (
            "Tokens",
            "Claude Code tokens in a week",
            "225m v 32m · Business Insider, 7 May",
            "10",
            "median",
            "top tenth v median",
            cell(7.03, "7.0×"),
            ten,
        ),
        (
            "Output",
            "Merged requests in a quarter",
            "23 v 11 · Jellyfish, 15 Apr",
            "9-10",
            "1-2",
            "top fifth v bottom fifth",
            cell(2.09, "2.1×"),
            two,
        ),
        (
            "Output",
            "Merged requests in a week",
            "2.15 v 0.77 · Jellyfish, 15 Apr",
            "10",
            "1",
            "highest v lowest level",
            cell(2.79, "2.8×"),
            two,
        ),
    ]
    names = ("group", "label", "detail", "more", "less", "who", "value", "reference")
    return drawing(
        "multiples",
        [dict(zip(names, row, strict=True)) for row in rows],
        kind="computed",
        **same(*names),
        median_title="or the median developer",
    )


def squares() -> Drawing:
    rows = [
        {
            "label": "Bottom fifth",
            "detail": "by token spend",
            "spent": cell(3, "about $3"),
            "merged": cell(11, "11"),
        },
        {
            "label": "Top fifth",
            "detail": "by token spend",
            "spent": cell(1822, "$1,822"),
            "merged": cell(23, "23"),
        },
    ]
    return drawing(
        "squares",
        rows,
        **same("label", "detail"),
        left="spent",
        right="merged",
        left_per_square=3,
        left_title="Spent on tokens: a square is $3",
        right_title="Merged requests: a square is one",
    )


def range_bars() -> Drawing:
    sums = {"Feb 2026": (595, 665), "Apr 2026": (695, 725), "The claim": (650, 700), "Jul 2026": (720, 745)}

    def row(label, detail, entity, low, high=None, kind="reported"):
        low, high = low * 1e9, (high or low) * 1e9
        words = f"${low / 1e9:g}bn" if low == high else f"${low / 1e9:g}bn–${high / 1e9:g}bn"
        return {
            "label": label,
            "detail": detail,
            "entity": entity,
            "value": cell(low, words, high, kind),
            "total": cell(sums[label][0] * 1e9, "{} to {}".format(*sums[label]), sums[label][1] * 1e9),
        }

    rows = [
        row("Feb 2026", "28 Jan to 5 Feb", "Amazon", 200),
        row("Feb 2026", None, "Alphabet", 175, 185),
        row("Feb 2026", None, "Meta", 115, 135),
        row("Feb 2026", None, "Microsoft", 105, 145, "assumed"),
        row("Apr 2026", "29 Apr", "Amazon", 200),
        row("Apr 2026", None, "Alphabet", 180, 190),
        row("Apr 2026", None, "Meta", 125, 145),
        row("Apr 2026", None, "Microsoft", 190),
        row("The claim", "12 May", None, 650, 700),
        row("Jul 2026", "22 to 30 Jul", "Amazon", 220),
        row("Jul 2026", None, "Alphabet", 195, 205),
        row("Jul 2026", None, "Meta", 130, 145),
        row("Jul 2026", None, "Microsoft", 175),
    ]
    return drawing("range_bars", rows, kind="computed", **same("label", "detail", "entity", "value", "total"))


def dots() -> Drawing:
    rows = [
        {"version": "15 April, Jellyfish", "detail": "tokens per merged request", "multiple": cell(9.86, "9.9×")},
        {"version": "7 May, Business Insider", "detail": "all tokens", "multiple": cell(7.03, "7.0×")},
        {
            "version": "If both were rounded",
            "detail": "69m v 7m to the nearest million",
            "multiple": cell(9.13, "9.1× to 10.7×", 10.69, "computed"),
        },
        {"version": "With an assumed spread", "detail": None, "multiple": cell(20, "20×", kind="assumed")},
    ]
    ten = cell(10, "10×")
    return drawing(
        "dots",
        [row | {"told": ten} for row in rows],
        kind="assumed",
        x="multiple",
        y="version",
        detail="detail",
        reference="told",
        reference_title="as told",
    )


def dots_log() -> Drawing:
    rows = [
        {"group": "Companies", "who": "Google", "n": cell(1.05e14, "105T")},
        {"group": "Companies", "who": "Meta, a month", "n": cell(6e13, "60T")},
        {"group": "People", "who": "Heaviest user", "n": cell(2.81e11, "281bn", kind="measured")},
        {"group": "People", "who": "Median developer", "n": cell(5.1e7, "51m")},
    ]
    return drawing("dots", rows, x="n", y="who", group="group", scale="log", x_title="Tokens", emphasis="People")


def bars() -> Drawing:
    rows = [
        {"label": "Amazon", "value": cell(2e11, "$200bn"), "who": "Amazon"},
        {"label": "Alphabet", "value": cell(1.75e11, "$175bn–$185bn", 1.85e11), "who": "Alphabet"},
        {"label": "Meta", "value": cell(1.15e11, "$115bn–$135bn", 1.35e11), "who": "Meta"},
        {
            "label": "Microsoft",
            "value": cell(1.05e11, "$105bn–$145bn", 1.45e11, "assumed"),
            "who": "Microsoft",
        },
        {"label": "Everybody else", "value": cell(4e10, "$40bn", kind="assumed"), "who": "others"},
    ]
    return drawing("bars", rows, label="label", value="value", entity="who")


def bars_simulated() -> Drawing:
    rows = [
        {"label": "Honest tokens", "value": cell(3.3e10, "33bn", kind="synthetic")},
        {"label": "Padding", "value": cell(1.3e10, "13bn", kind="synthetic")},
    ]
    return drawing(
        "bars",
        rows,
        kind="synthetic",
        label="label",
        value="value",
        emphasis="Padding",
        x_title="Tokens a week",
    )


def dumbbell() -> Drawing:
    rows = [
        {
            "label": "Amazon",
            "detail": "full year",
            "said": cell(2e11, "$200bn"),
            "spent": cell(1.73e11, "$173bn"),
        },
        {
            "label": "Alphabet",
            "detail": "full year",
            "said": cell(1.8e11, "$180bn–$190bn", 1.9e11),
            "spent": cell(1.32e11, "$132bn"),
        },
        {
            "label": "Meta",
            "detail": "full year",
            "said": cell(1.25e11, "$125bn", 1.25e11),
            "spent": cell(0.89e11, "$89bn"),
        },
    ]
    return drawing(
        "dumbbell",
        rows,
        label="label",
        detail="detail",
        first="said",
        second="spent",
        entity="label",
        first_title="stated for 2026",
        second_title="spent in the year to June",
    )


def grid() -> Drawing:
    states = {
        ("One firm’s average", "60T in a month"): "no",
        ("One firm’s average", "281bn a head"): "unknown",
        ("The top user’s count", "60T in a month"): "yes",
        ("The top user’s count", "281bn a head"): "yes",
        ("The price quoted", "60T in a month"): "no",
        ("The price quoted", "281bn a head"): "no",
    }
    rows = [
        {"y": y, "x": x, "state": state, "label": "cannot both hold" if y.startswith("The price") else None}
        for (y, x), state in states.items()
    ]
    return drawing("grid", rows, kind="computed", **same("x", "y", "state", "label"), emphasis="no")


def grid_large() -> Drawing:
    columns = ("AI Wire News", "gentic.news", "AI Tech Suite", "TechRadar", "ABAB News")
    names = (
        "Share of developers",
        "Needless tasks",
        "Pressure",
        "Reviews",
        "Pay and tokens",
        "A claim with a long name",
        "Other firms",
    )
    said = {"yes": "as is", "no": "changed", "unknown": "not told"}
    rows = []
    for down, name in enumerate(names):
        for across, column in enumerate(columns):
            state = list(said)[(down * across) % 3]
            rows.append({"y": name, "x": column, "state": state, "label": said[state]})
    rows = [row for row in rows if row["state"] != "unknown"]
    return drawing("grid", rows, **same("x", "y", "state", "label"), emphasis="no")


def timeline() -> Drawing:
    def row(group, start, label, detail=None, said=None, joined=None):
        return {"group": group, "start": start, "label": label, "detail": detail, "said": said, "joined": joined}

    rows = [
        row("What happened", "2025-12", "A cloud service stops", "one region", "13 hours", "told as one event"),
        row("What happened", "2026-03-02", "Wrong delivery times", "in carts", "120,000 orders lost"),
        row("What happened", "2026-03-05", "The shop stops", None, "6.3m orders lost", "told as one event"),
        row("What was said", "2026-03-11", "The company’s correction"),
        row("What was said", "2026-05-12", "The first report", "in a newspaper"),
    ]
    return drawing(
        "timeline", rows, **same("start", "label", "detail", "said", "group", "joined"), emphasis="The shop stops"
    )


def tree() -> Drawing:
    def node(name, layer, label, detail, mark=None):
        return {
            "role": "node",
            "node": name,
            "layer": cell(layer, str(layer)),
            "label": label,
            "detail": detail,
            "mark": mark,
        }

    rows = [
        node("origin", 0, "Jellyfish, 15 April", "tokens per merged request"),
        node("tc", 1, "TechCrunch, 17 April", "“ten times the cost”, no baseline", "broken"),
        node("bi", 1, "Business Insider, 7 May", "all tokens, against the median"),
        node("tr", 2, "TechRadar, 14 May", "“than average”", "broken"),
        node("again", 2, "Jellyfish, 13 August", "all tokens, against the median"),
        *(
            {"role": "edge", "source": a, "target": b}
            for a, b in (("origin", "tc"), ("origin", "bi"), ("bi", "tr"), ("origin", "again"))
        ),
    ]
    return drawing(
        "tree",
        rows,
        **same("role", "node", "layer", "label", "detail", "mark", "source", "target"),
        layer_titles="Said first | Retold | Retold again",
    )
