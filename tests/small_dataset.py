"""A small dataset in a project's copy: its file, and the declaration that `toolkit add` would write."""

import hashlib

INSPECTIONS = """\
id,borough,cuisine,score,fee,inspected,owner
1,Bronx,Pizza,10,12.5,2024-01-05,Ada One
2,Bronx,Tea,20,7.5,2024-02-05,Ada One
3,Bronx,Pizza,30,10.0,2025-02-07,Bo Two
4,Queens,Tea,5,,2025-03-01,Cy Three
5,Queens,Tea,15,20.25,2025-03-02,Cy Three
6,Kings,Soup,,1.75,2025-04-09,Di Four
"""
COLUMNS = """\
  - {name: id, printed: id, type: integer}
  - {name: borough, printed: borough, type: text, meaning: part of the city}
  - {name: cuisine, printed: cuisine, type: text}
  - {name: score, printed: score, type: integer, unit: cup}
  - {name: fee, printed: fee, type: decimal}
  - {name: inspected, printed: inspected, type: date}
  - {name: owner, printed: owner, type: text}
"""
GROUPS = {  # how many of a firm's 51 people, by department and site
    ("A", "North"): 10,
    ("A", "South"): 8,
    ("B", "North"): 9,
    ("B", "South"): 3,
    ("C", "North"): 2,
    ("C", "South"): 7,
    ("D", "North"): 6,
    ("D", "South"): 6,
}
PEOPLE = [place for place, count in GROUPS.items() for _ in range(count)]
STAFF = "id,dept,site,pay\n" + "".join(  # the pay of three is missing
    f"{number},{dept},{site},{'' if number % 17 == 0 else 30_000 + 7919 * number % 20_000}\n"
    for number, (dept, site) in enumerate(PEOPLE, 1)
)
COLUMNS_OF_STAFF = """\
  - {name: id, printed: id, type: integer}
  - {name: dept, printed: dept, type: text}
  - {name: site, printed: site, type: text}
  - {name: pay, printed: pay, type: integer, unit: USD}
"""


def declare(project, name="inspections", content=INSPECTIONS, columns=COLUMNS, source="office-survey", **more):
    """Writes data/datasets/<name>.csv and .yml; `more` are further lines of the declaration by key."""
    folder = project.data / "datasets"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    lines = {
        "schema": 1,
        "id": name,
        "title": f"Kitchen {name}",
        "source": source or "null",
        "retrieved": "2026-04-15",
        "file": f"{name}.csv",
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "rows": content.count("\n") - 1,
        **more,
        "read": "{format: csv}",
    }
    written = "".join(f"{key}: {value}\n" for key, value in lines.items())
    (folder / f"{name}.yml").write_text(f"{written}columns:\n{columns}", encoding="utf-8")
