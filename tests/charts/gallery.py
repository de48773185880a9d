"""Ten charts of many plots by ideas of Altair's own gallery (facets, concatenations, repeats), with invented data."""

import math
import random

import altair as alt
import pandas as pd

drawn = random.Random(3)
MONTHS = ("January", "February", "March", "April", "May", "June")
PAIRS = [
    {"series": name, "x": x, "y": round(3 + x / 2 + 3 * drawn.random(), 2)}
    for name in ("I", "II", "III", "IV")
    for x in range(4, 15)
]
FIELDS = [
    {"sort": sort, "farm": farm, "yield": round(drawn.uniform(20, 60), 1), "year": year}
    for sort in ("Amber", "Bright", "Crown", "Dawn", "Early Gold", "No. 457")
    for farm in ("Northend", "Hill", "Old Rapids", "Marsh", "Upper Farm", "West")
    for year in ("1931", "1932")
]
SALES = [
    {"year": year, "kind": kind, "sales": drawn.randint(10, 90)}
    for year in ("2023", "2024", "2025")
    for kind in ("Tea", "Coffee", "Cocoa")
]
VANS = [
    {
        "maker": drawn.choice(("East", "North", "West")),
        "power": drawn.randint(50, 230),
        "miles": drawn.randint(9, 45),
        "weight": drawn.randint(1600, 5100),
    }
    for _ in range(120)
]
PRICES = [
    {"firm": firm, "date": f"{year}-{month:02d}-01", "price": round(60 + 30 * math.sin(month / 3 + nth), 1)}
    for nth, firm in enumerate(("Alder", "Beech", "Cedar", "Dogwood"))
    for year in (2022, 2023, 2024)
    for month in range(1, 13)
]
PEOPLE = [
    {"age": age, "sex": sex, "people": drawn.randint(20, 100) * 1000}
    for age in range(0, 91, 10)
    for sex in ("Men", "Women")
]
DEGREES = [
    {"month": month, "degrees": round(drawn.gauss(8 + 10 * math.sin(nth / 2), 3), 1)}
    for nth, month in enumerate(MONTHS)
    for _ in range(40)
]
GRID = [
    {"a": a, "b": b, "c": c, "n": round(drawn.random(), 2)}
    for a in ("a1", "a2", "a3")
    for b in ("b1", "b2", "b3")
    for c in "xyz"
]


def chart(rows, **given):
    return alt.Chart(pd.DataFrame(rows), **given)


vans, ages = chart(VANS), chart(PEOPLE).encode(y=alt.Y("age:O", axis=None, sort="descending"))
binned = {"x:power": alt.X("power").bin(maxbins=20), "y:miles": alt.Y("miles").bin(maxbins=20)}
men, women = (ages.transform_filter(f"datum.sex == '{sex}'") for sex in ("Men", "Women"))
ridges = (
    chart(DEGREES, height=20)
    .transform_bin("bin", "degrees", bin=alt.Bin(maxbins=30))
    .transform_aggregate(value="count()", groupby=["month", "bin"])
    .transform_impute(impute="value", groupby=["month"], key="bin", value=0)
)
densities = vans.transform_density("miles", as_=["miles", "density"], extent=[5, 50], groupby=["maker"])
matrix = vans.mark_circle().encode(
    alt.X(alt.repeat("column"), type="quantitative"), alt.Y(alt.repeat("row"), type="quantitative"), color="maker:N"
)

CHARTS = {
    "wrapped points": (
        chart(PAIRS, width=180, height=180)
        .mark_circle()
        .encode(alt.X("x").scale(zero=False), alt.Y("y").scale(zero=False), facet=alt.Facet("series", columns=2)),
        PAIRS,
    ),
    "trellis of dots": (
        chart(FIELDS)
        .mark_point()
        .encode(
            alt.X("median(yield)", title="Median yield").scale(zero=False),
            alt.Y("sort", title="", sort="-x").axis(grid=True),
            color="year:N",
            facet=alt.Facet("farm", columns=2, title=""),
        )
        .properties(height=alt.Step(20)),
        FIELDS,
    ),
    "columns of bars": (
        chart(SALES).mark_bar().encode(x="year:O", y="sum(sales)", color="year:N", column="kind:N"),
        SALES,
    ),
    "rows of areas": (
        chart(PRICES, width=400, height=50).mark_area().encode(x="date:T", y="price:Q", color="firm:N", row="firm:N"),
        PRICES,
    ),
    "margins": (
        alt.vconcat(
            vans.mark_bar().encode(binned["x:power"].axis(None), alt.Y("count()").title("")).properties(height=60),
            alt.hconcat(
                vans.mark_rect().encode(binned["x:power"], binned["y:miles"], alt.Color("count()", legend=None)),
                vans.mark_bar().encode(binned["y:miles"].axis(None), alt.X("count()").title("")).properties(width=60),
                spacing=5,
            ),
            spacing=5,
        ),
        VANS,
    ),
    "pyramid": (
        alt.concat(
            women.mark_bar().encode(x=alt.X("sum(people)", title="Women", sort="descending")),
            men.mark_text().encode(text="age:Q").properties(width=20),
            men.mark_bar().encode(x=alt.X("sum(people)", title="Men")),
            spacing=5,
        ),
        PEOPLE,
    ),
    "matrix": (matrix.repeat(row=["power", "weight", "miles"], column=["miles", "weight", "power"]), VANS),
    "ridges": (
        ridges.mark_area(interpolate="monotone", fillOpacity=0.8, stroke="lightgray", strokeWidth=0.5)
        .encode(
            alt.X("bin:Q", title="Degrees"),
            alt.Y("value:Q").axis(None).scale(range=[20, -20]),
            alt.Row("month:N", title=None, sort=MONTHS).header(labelAngle=0, labelAlign="left", labelOrient="left"),
        )
        .properties(bounds="flush")
        .configure_facet(spacing=0),
        DEGREES,
    ),
    "violins": (
        densities.mark_area(orient="horizontal").encode(
            alt.X("density:Q").stack("center").impute(None).title(None).axis(labels=False, values=[0], grid=False),
            alt.Y("miles:Q"),
            alt.Color("maker:N", legend=None),
            alt.Column("maker:N").spacing(0).header(labelOrient="bottom", labelPadding=0),
        ),
        VANS,
    ),
    "grid of bars": (
        chart(GRID, width=60, height=alt.Step(18))
        .mark_bar()
        .encode(
            alt.X("n:Q").axis(None),
            alt.Y("c:N").title("Factor"),
            alt.Color("c:N", title="Settings"),
            alt.Row("a:N").title("Factor A"),
            alt.Column("b:N").title("Factor B"),
        ),
        GRID,
    ),
}
NARROW = {"matrix": matrix.repeat(row=["miles"], column=["power"]) & matrix.repeat(row=["weight"], column=["power"])}
