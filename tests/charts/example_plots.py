"""Small data for the chart forms with two axes."""

from __future__ import annotations

import math

from tests.charts.example_parts import cell, drawing, same
from toolkit.charts import Drawing


def lines() -> Drawing:
    def row(x, y, series, role="line", label=None, detail=None, high=None):
        words = f"${y:g}bn" if high is None else f"${y:g}bn–${high:g}bn"
        return {
            "x": x,
            "y": cell(y * 1e9, words, (high or y) * 1e9),
            "series": series,
            "role": role,
            "label": label,
            "detail": detail,
        }

    ends = {"Amazon": 173, "Alphabet": 132, "Microsoft": 116, "Meta": 89, "All four": 511}
    rows = []
    for name, last in ends.items():
        for step in range(27):
            year, quarter = divmod(step, 4)
            value = last * (0.15 + 0.85 * (step / 26) ** 3)
            detail = "in the year to June 2026" if name == "All four" else None
            rows.append(row(f"{2020 + year}-{quarter * 3 + 1:02d}", round(value), name, detail=detail))
    rows.append(row("2026-09", 650, None, "point", "650 to 700", "printed 12 May", 700))
    rows.append(row("2027-01", 720, None, "projected", "720 to 745", "said in July", 745))
    return drawing(
        "lines",
        rows,
        kind="computed",
        **same("x", "y", "series", "role", "label", "detail"),
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
            rows.append(
                {
                    "week": cell(week, str(week)),
                    "index": cell(value, str(value), kind="synthetic"),
                    "what": name,
                    "role": "line",
                    "label": None,
                }
            )
    rows.append(
        {
            "week": cell(13.5, "13"),
            "index": None,
            "what": None,
            "role": "event",
            "label": "a leaderboard opens",
        }
    )
    return drawing(
        "lines",
        rows,
        kind="synthetic",
        x="week",
        y="index",
        series="what",
        role="role",
        label="label",
        x_title="week",
        y_title="Index, first week = 100",
    )


def curve() -> Drawing:
    rows = []
    for name, spread in (("wide spread", 0.9), ("narrow spread", 0.6)):
        for step in range(11):
            link = step / 10
            value = round(2.718281828 ** (1.755 * spread * link), 3)
            rows.append(
                {
                    "link": cell(link, f"{link:g}"),
                    "multiple": cell(value, f"{value:.1f}×", kind="assumed"),
                    "which": name,
                    "role": "curve",
                }
            )
    rows.append(
        {
            "link": cell(0.44, "0.44"),
            "multiple": cell(2.0, "2.0×", kind="assumed"),
            "which": "wide spread",
            "role": "mark",
            "label": "2.0 times",
            "detail": "at a link of 0.44",
        }
    )
    rows.append({"link": None, "multiple": cell(2.0, "2×"), "which": None, "role": "level", "label": "2× as told"})
    return drawing(
        "curve",
        rows,
        kind="assumed",
        x="link",
        y="multiple",
        series="which",
        role="role",
        label="label",
        detail="detail",
        x_title="Correlation of tokens and output, on log scales",
        y_title="Output of the top tenth by tokens, median developer = 1",
    )


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
        x = cell(week, str(week))
        rows.append(
            {
                "x": x,
                "panel": "Tokens a week",
                "part": "honest use",
                "value": cell(honest * 1e9, "", kind="synthetic"),
            }
        )
        if padded:
            rows.append(
                {
                    "x": x,
                    "panel": "Tokens a week",
                    "part": "padding",
                    "value": cell(padded * 1e9, "", kind="synthetic"),
                }
            )
        rows.append(
            {
                "x": x,
                "panel": "Merged requests a week",
                "part": None,
                "value": cell(380 + week * 11 % 40, "", kind="synthetic"),
            }
        )
    for panel, low, high, label in (
        ("Tokens a week", 35e9, 49e9, "1.4×"),
        ("Merged requests a week", 398, 401, "1.0×"),
    ):
        rows.append({"role": "level", "panel": panel, "x": cell(1, "", 13), "value": cell(low, "", kind="synthetic")})
        rows.append(
            {
                "role": "level",
                "panel": panel,
                "x": cell(14, "", 26),
                "value": cell(high, "", kind="synthetic"),
                "label": label,
                "detail": "weekly mean",
            }
        )
    rows.append({"role": "event", "x": cell(14, ""), "value": None, "label": "a leaderboard opens"})
    return drawing(
        "columns",
        rows,
        kind="synthetic",
        **same("x", "value", "part", "panel", "role", "label", "detail"),
        emphasis="padding",
        x_title="week",
    )
