"""Small data for the chart forms with two axes."""

from __future__ import annotations

import math
from dataclasses import replace

from tests.charts.example_parts import cell, drawing, same
from toolkit.charts import Drawing
from toolkit.charts.drawing import Annotation


def lines() -> Drawing:
    def row(x, y, color, high=None):
        words = f"${y:g}bn" if high is None else f"${y:g}bn–${high:g}bn"
        return {"x": x, "y": cell(y * 1e9, words, (high or y) * 1e9), "color": color}

    ends = {"Amazon": 173, "Alphabet": 132, "Microsoft": 116, "Meta": 89, "All four": 511}
    rows = []
    for name, last in ends.items():
        for step in range(27):
            year, quarter = divmod(step, 4)
            value = last * (0.15 + 0.85 * (step / 26) ** 3)
            rows.append(row(f"{2020 + year}-{quarter * 3 + 1:02d}", round(value), name))
    rows.append(row("2026-09", 650, "printed 12 May", 700))
    rows.append(row("2027-01", 720, "said in July", 745))
    return drawing(
        "lines",
        rows,
        kind="computed",
        **same("x", "y", "color"),
        emphasis="All four",
        projected_from="2026-07",
        projected_title="stated, not yet spent",
    )


def lines_simulated() -> Drawing:
    rows = []
    for week in range(1, 27):
        for name, value in (
            ("Tokens", 100 + week % 5 * 3 + (40 if week > 13 else 0)),
            ("Merged requests", 100 + week % 3),
        ):
            index = cell(value, str(value), kind="synthetic")
            rows.append({"week": cell(week, str(week)), "index": index, "what": name})
    made = drawing(
        "lines",
        rows,
        kind="synthetic",
        x="week",
        y="index",
        color="what",
        x_title="week",
        y_title="Index, first week = 100",
    )
    return replace(made, notes_at=(Annotation("a leaderboard opens", x=(cell(13.5, "13"),)),))


def curve() -> Drawing:
    rows = []
    for name, spread in (("wide spread", 0.9), ("narrow spread", 0.6)):
        for step in range(11):
            link = step / 10
            value = round(2.718281828 ** (1.755 * spread * link), 3)
            multiple = cell(value, f"{value:.1f}×", kind="assumed")
            rows.append({"link": cell(link, f"{link:g}"), "multiple": multiple, "which": name})
    told = cell(2.0, "2.0×")
    made = drawing(
        "lines",
        rows,
        kind="assumed",
        x="link",
        y="multiple",
        color="which",
        interpolate="monotone",
        x_title="Correlation of tokens and output, on log scales",
        y_title="Output of the top tenth by tokens, median developer = 1",
    )
    found = Annotation("2.0 times at a link of 0.44", x=(cell(0.44, "0.44"),), y=(told,))
    return replace(made, notes_at=(Annotation("2× as told", y=(told,)), found))


def distribution() -> Drawing:
    rows, middle, sigma = [], math.log(51e6), 1.57
    for step in range(61):
        z = -3 + step / 10
        rows.append(
            {
                "role": "curve",
                "x": cell(round(math.exp(middle + sigma * z)), "", kind="assumed"),
                "density": cell(round(math.exp(-z * z / 2), 5), "", kind="assumed"),
            }
        )
    marks = [
        (51e6, "51m", "median", "reported"),
        (147e6, "147m", "p75", "assumed"),
        (175e6, "175m", "mean", "assumed"),
        (380e6, "380m", "90th percentile", "reported"),
    ]
    for value, label, detail, kind in marks:
        rows.append({"role": "mark", "x": cell(value, label, kind=kind), "label": label, "detail": detail})
    rows.append({"role": "region", "x": cell(380e6, "", 1e11), "label": "top tenth"})
    return drawing(
        "distribution",
        rows,
        kind="assumed",
        **same("role", "x", "density", "label", "detail"),
        x_title="Tokens a developer uses in a month",
        emphasis="175m",
    )


def paired() -> Drawing:
    rows, link = [], 0.44
    for name, radius in (("half of them", 1.177), ("nine in ten developers", 2.146)):
        for step in range(48):
            turn = 2 * math.pi * step / 48
            u = radius * math.cos(turn)
            v = radius * (link * math.cos(turn) + math.sqrt(1 - link**2) * math.sin(turn))
            rows.append(
                {
                    "role": "ellipse",
                    "label": name,
                    "x": cell(round(math.exp(1.7 * u), 4), "", kind="assumed"),
                    "y": cell(round(math.exp(0.9 * v), 4), "", kind="assumed"),
                }
            )
    one = cell(1, "1×")
    rows += [
        {"role": "origin", "x": one, "y": one, "label": "median developer"},
        {
            "role": "point",
            "x": cell(20, "20×", kind="assumed"),
            "y": cell(2, "2.0×", kind="assumed"),
            "label": "2.0 times",
            "detail": "the merged requests",
            "across": "20 times the tokens",
        },
        {"role": "region", "x": cell(8.9, "", 1e4), "y": None, "label": "the top tenth by tokens"},
    ]
    return drawing(
        "paired",
        rows,
        kind="assumed",
        **same("role", "x", "y", "label", "detail", "across"),
        x_title="Tokens, as a multiple of the median developer’s",
        diagonal_title="in step",
        y_title="Merged requests, as a multiple of the median developer’s",
    )


def columns() -> Drawing:
    rows = []
    for week in range(1, 27):
        honest, padded = 32 + week * 7 % 9, (10 + week * 5 % 8) if week > 13 else None
        for part, value in (("honest use", honest), ("padding", padded)):
            if value:
                tokens = cell(value * 1e9, "", kind="synthetic")
                rows.append({"x": cell(week, str(week)), "part": part, "value": tokens})
    made = drawing("columns", rows, kind="synthetic", **same("x", "value", "part"), emphasis="padding", x_title="week")
    return replace(made, notes_at=(Annotation("a leaderboard opens", x=(cell(14, ""),)),))
