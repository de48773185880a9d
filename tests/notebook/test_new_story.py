"""`toolkit new --dataset`: whatever the dataset, the story that it writes runs as it is, or is refused in words."""

import json
from functools import partial

import pytest

from tests import counts
from toolkit.commands.init import write_desk
from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.main import main
from toolkit.notebook.new_story import PROMPT, new_story

pytestmark = pytest.mark.heavy

FILES = {  # a dataset's name, its content, and whether its story has a chart
    "odd": ('Größe (m²),a "b",100%\n1,2,3\n5,6,7\n9,1,2\n', True),
    "texts": ("a,b\nx,y\nz,w\nx,w\n", True),
    "dates": ("d,e\n2024-01-01,2024-02-01\n2024-01-02,2024-02-02\n2024-01-03,2024-02-05\n", True),
    "times": ("t\n2024-01-01 10:00\n2024-01-02 11:00\n2024-01-02 12:00\n", True),
    "one_cell": ("a\n1\n", True),
    "one_text": ("a\nx\n", True),
    "same": ("a,b\nx,1\nx,1\nx,1\n", True),
    "blank": ("a,b,c\n,,1\n,,2\n,,3\n", True),
    "half_blank": ("a,b\nx,\ny,\n", True),
    "braces": ("slug,{column}\nx,{a}\ny,{eval}\n", True),
    "quoted": ('say"so,o\'clock\n"x""y",it\'s\nz,w\n', True),
    "wide": ("\n".join(",".join(f"{start}{at}" for at in range(300)) for start in ("c", 1, 2)), True),
    "long_names": ("\n".join(",".join(f"{start} {'on ' * 20}{at}" for at in range(4)) for start in "abc"), True),
    "long_texts": (f"a,b\n{'x' * 300},1\n{'y' * 300},2\n", True),
    "arabic": ("المدينة,عدد\nالقاهرة,3\nدمشق,4\n", True),
    "chinese": ("城市,数\n北京,3\n上海,4\n", True),
    "emoji": ("a,b\n🎉,1\n🎊,2\n", True),
    "truths": ("a,b\ntrue,1\nfalse,2\n", True),
    "years": ("town,2019,2020\nUlm,3.5,4\nBonn,5,6\nKiel,6,7\n", True),
    "words_of_sql": ("select,order,name,n_rows\na,b,c,1\nd,e,f,2\na,e,f,3\n", True),
    "names_of_answers": ("n_rows,name\n5,x\n6,y\n6,x\n", True),
    "people": ("name,email,phone\nAnn Lee,a@b.org,+49 731 1234\nBo Ray,b@b.org,+49 731 1235\n", False),
    "backslash": ("a\\b,c\nx\\n,1\ny`z,2\n", True),
    "markdown": ("a*b_c,d\n**x**,1\n[y](z),2\n", True),
    "shares": ("share,of\n12%,x\n13%,y\n", True),
    "many": ("id,v\n" + "".join(f"k{at},{at}\n" for at in range(500)), True),
    "small": ("x,y\na,0.00001\nb,1e-12\n", True),
    "year_2024": ("a,b\nx,1\ny,2\n", True),
    "rooms": ("room,n\nRoom 12,1\nRoom 13,2\n", True),
    "private_rows": ("town,x\n" + "".join(f"t{at % 2},{at}\n" for at in range(20)), True),
    "private_few": ("town,x\nt,1\nu,2\n", None),
}


HARDEST = ("odd", "blank", "people", "words_of_sql", "private_few")
OTHERS = tuple(name for name in FILES if name not in HARDEST)


@pytest.mark.parametrize("names", [HARDEST, pytest.param(OTHERS, marks=pytest.mark.slow)], ids=["hardest", "others"])
def test_a_story_of_any_dataset_runs_as_it_is_written(tmp_path, monkeypatch, capsys, names):
    write_desk(tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    said = ["--publisher", "City", "--title", "All", "--published", "2026", "--header", "1"]
    for name in names:
        (tmp_path / f"{name}.csv").write_text(FILES[name][0], encoding="utf-8")
        private = ["--private"] if name.startswith("private") else []
        assert main(["add", f"../{name}.csv", *said, *private]) == 0, capsys.readouterr().err
    project, wrong = find_project(), []
    for name, fill in counts.each_in_turn(names, (str, partial(PROMPT.sub, "words"))):
        slug, chart = f"on-{name.replace('_', '-')}{'-filled' * (fill is not str)}", FILES[name][1]
        if chart is None:
            assert main(["new", slug, "--dataset", name]) == 1 and not (project.notebooks / f"{slug}.ipynb").exists()
            assert "2 rows, and smallest_group is 5: no number of it can be published" in capsys.readouterr().err
            continue
        cells = json.loads(new_story(project, slug, name).read_text(encoding="utf-8"))["cells"]
        codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        assert any('"bars"' in code for code in codes) == chart, name
        space = {}
        try:
            for code in map(fill, codes):
                exec(code, space)
        except Exception as error:
            wrong.append((name, str(error)))
    assert wrong == []


@pytest.mark.parametrize(("name", "remedy"), [("Bad Slug", "write bad-slug"), ("42", "choose such a name")])
def test_a_name_that_is_none_for_a_page_is_answered_with_one(sample, name, remedy):
    with pytest.raises(ToolkitError) as raised:
        new_story(sample, name)
    assert raised.value.problems[0].remedy == remedy
