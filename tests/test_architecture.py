"""The shape of the code: rooms import one way, libraries keep to their rooms, importing does nothing."""

import ast
import builtins
import functools
import json
import re
import subprocess
import sys
from collections import defaultdict
from fnmatch import fnmatch
from importlib import import_module
from itertools import permutations
from operator import attrgetter
from pathlib import Path

import pytest

import toolkit
from toolkit.build.staleness import ANSWERS

pytestmark = pytest.mark.heavy  # what is read here is the same on each Python
PACKAGE = Path(__file__).parents[1] / "toolkit"
MODULES = sorted(PACKAGE.rglob("*.py"))
ORDER = (
    "core",
    "reading",
    "engine",
    "reported",
    "datasets",
    "usage",
    "database",
    "analysis",
    "charts",
    "notebook",
    "site",
    "build",
    "review",
    "commands",
    "lab",
    "cli",
    "main",
    "__main__",
)
BESIDE = set(permutations(("reported", "datasets", "usage"), 2))  # none may import another
LIBRARIES = {
    "pint": {"core", "reported", "database", "site"},
    "yaml": {"reading"},
    "duckdb": {"engine"},
    "pyspark": {"engine"},
    "sqlglot": {"engine"},
    "numpy": {"engine", "usage", "database", "analysis", "charts", "notebook"},
    "pandas": {"database"},
    "pyarrow": {"engine", "datasets", "usage", "database"},
    "python_calamine": {"datasets"},
    "filelock": {"build"},
    "rfc8785": {"build"},
    "ipykernel": {"notebook"},
    "IPython": {"notebook"},
    "jupyter_core": {"notebook", "commands"},
    "altair": {"charts", "notebook"},
    "vl_convert": {"charts", "site"},
    "py_mini_racer": {"charts"},
    "fontTools": {"charts", "review"},
    "deflate": {"charts", "site"},
    "PIL": {"charts", "notebook", "review"},
    "jupyter_client": {"notebook"},
    "bleach": {"site"},
    "nbclient": {"notebook"},
    "psutil": {"notebook"},
    "nbconvert": {"site"},
    "nbformat": {"notebook", "site", "lab"},
    "traitlets": {"notebook"},
    "latex2mathml": {"site"},
    "markdown_it": {"notebook", "site"},
    "mdit_py_plugins": {"notebook"},
    "jinja2": {"site"},
    "markupsafe": {"site", "notebook"},
}
SLOW = ("pandas", "pyarrow", "altair", "vl_convert", "nbconvert", "nbclient", "nbformat", "jinja2", "yaml", "IPython")
CATCH_ALL = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


@functools.cache
def name_of(path):
    return path.relative_to(PACKAGE.parent).as_posix()


def room_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


@functools.cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def for_types_only(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


@functools.cache
def imported(path, types=False):
    """(line, module) of every import in a file, those inside functions too; names of `toolkit` as modules.

    Those for types only count where `types` is true.
    """
    found = []
    tree = ast.Module([node for node in parsed(path).body if types or not for_types_only(node)], [])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports by dots"
            if node.module == "toolkit":
                found += [(node.lineno, f"toolkit.{alias.name}") for alias in node.names]
            else:
                found.append((node.lineno, node.module))
    return found


def test_rooms_import_one_way():
    wrong = []
    for path in MODULES:
        if path == PACKAGE / "__init__.py":
            continue
        here = room_of(path)
        assert here in ORDER, f"{name_of(path)} is in no room: give it a place in the order"
        for line, module in imported(path):
            if module.split(".")[0] != "toolkit":
                continue
            there = (module.split(".") + [""])[1]
            if there not in ORDER:
                wrong.append(f"{name_of(path)}:{line} takes {module} from the package, not from its module")
            elif ORDER.index(there) > ORDER.index(here) or (here, there) in BESIDE:
                wrong.append(f"{name_of(path)}:{line} imports {module}")
    assert wrong == []


@functools.cache
def module_of(path):
    """The name by which a file is imported."""
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported_modules(path, known):
    """Those of the known modules that a file imports, those for types and inside functions too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from known & {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & known
            yield from inner or known & {node.module}


def in_circles(graph):
    """The modules that import each other in circles, with any between two circles, and what each imports of these."""
    before = None
    while graph != before:
        before, importing = graph, {module for module, there in graph.items() if there}
        wanted = set().union(*graph.values())
        graph = {module: graph[module] & importing for module in sorted(importing & wanted)}
    return graph


def test_modules_import_each_other_in_no_circle_not_for_types_either():
    made_up = {"a": {"b"}, "b": {"c", "e"}, "c": {"b"}, "d": {"d"}, "e": set()}
    assert in_circles(made_up) == {"b": {"c"}, "c": {"b"}, "d": {"d"}}
    known = set(map(module_of, MODULES))
    assert in_circles({module_of(path): set(imported_modules(path, known)) for path in MODULES}) == {}


def test_contributing_tells_the_order_as_it_is():
    guide = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"^core → .*?(?=\n```)", guide, re.MULTILINE | re.DOTALL)
    assert re.findall(r"\w+", told) == [room for room in ORDER if room != "__main__"]


def test_each_library_keeps_to_its_rooms():
    wrong = []
    for path in MODULES:
        for line, module in imported(path, types=True):
            library = module.split(".")[0]
            if library in sys.stdlib_module_names or library == "toolkit":
                continue
            if room_of(path) not in LIBRARIES.get(library, ()):
                wrong.append(f"{name_of(path)}:{line} imports {library}")
    assert wrong == []


def test_modules_are_short_and_named_for_what_they_hold():
    long = {name_of(path): count for path in MODULES if (count := len(path.read_text().splitlines())) > 350}
    assert long == {}
    assert [name_of(path) for path in MODULES if CATCH_ALL & {path.stem, path.parent.name}] == []


def definitions(path):
    wanted = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node for node in ast.walk(parsed(path)) if isinstance(node, wanted)]


def places_of_public_names(*kinds):
    """The files in which each public name stands at the top of a module as one of these kinds of definition."""
    found = defaultdict(list)
    for path in MODULES:
        for node in parsed(path).body:
            if isinstance(node, kinds) and not node.name.startswith("_"):
                found[node.name].append(name_of(path))
    return found


def test_each_public_class_has_a_name_of_its_own():
    found = places_of_public_names(ast.ClassDef)
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


SAME_PART = {"main", "serve", "example", "check", "render", "report", "as_json", "as_text"}  # each means one thing


def test_a_public_function_shares_its_name_only_where_it_plays_the_same_part():
    """A command is called as what it runs is, and a form of charts as its module."""
    shared = {}
    for name, paths in places_of_public_names(ast.FunctionDef).items():
        own = [path for path in paths if not path.startswith("toolkit/commands/")]
        own = [path for path in own if path != f"toolkit/charts/forms/{name}.py"]
        if len(own) > 1 and name not in SAME_PART:
            shared[name] = own
    assert shared == {}


def test_no_folder_of_tests_is_passed_over(pytestconfig):
    """pytest leaves out folders named build, dist and the like where nobody says otherwise."""
    folders = {part for path in Path(__file__).parent.rglob("test_*.py") for part in path.parent.parts[-2:]}
    assert not [name for name in folders for pattern in pytestconfig.getini("norecursedirs") if fnmatch(name, pattern)]


def test_functions_are_short():
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}, {node.end_lineno - node.lineno + 1} lines"
        for path in MODULES
        for node in definitions(path)
        if not isinstance(node, ast.ClassDef) and node.end_lineno - node.lineno >= 60
    ]
    assert long == []


def public(tree):
    """Functions and classes that other modules may use, and the methods of those classes."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (part for part in public(node) if not isinstance(part, ast.ClassDef))


def plain(node):
    """A function of one step says what it does by its name."""
    return not isinstance(node, ast.ClassDef) and len(node.body) == 1


def test_what_others_use_says_what_it_does_in_a_few_lines():
    wrong = []
    for path in MODULES:
        tree = parsed(path)
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            wrong.append(f"{name_of(path)} has no docstring")
        for node in public(tree):
            said = ast.get_docstring(node)
            if not said and not plain(node):
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name} has no docstring")
            elif said and len(said.splitlines()) > 12:
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name}: {len(said.splitlines())} lines")
    assert wrong == []


IMPORTS = """
import json, os, signal, sys, threading
before = (os.getcwd(), dict(os.environ), sys.path[:], signal.getsignal(signal.SIGINT))
from toolkit import *
after = (os.getcwd(), dict(os.environ), sys.path[:], signal.getsignal(signal.SIGINT))
print(json.dumps({"same": before == after, "threads": threading.active_count(), "loaded": sorted(sys.modules)}))
"""
OPENS = """
import json, sys
from toolkit import open_story
story = open_story("coffee")
story.ask("told")
print(json.dumps({"loaded": sorted(sys.modules)}))
"""


def printed_by(code, folder):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, timeout=60)
    assert done.stderr == "" and done.returncode == 0, done.stderr
    return json.loads(done.stdout)


PASSED_ON = """
def a():
    raise StoryError("wrong")
def b():
    return a()
def c():
    try:
        return a()
    except ToolkitError:
        return None
def d(problems):
    with collect_problems(problems):
        a()
"""


def test_what_raises_says_what_it_raises():
    """What a public function or an operator raises, and what a function of the package raises that it calls by name."""
    made_up = {node.name: node for node in ast.parse(PASSED_ON).body}
    assert [exceptions_of_calls(made_up[name], made_up) for name in "bcd"] == [{"StoryError"}, set(), set()]
    unsaid = []
    for path in MODULES:
        tree = parsed(path)
        functions = called_by_name(path)
        owners = [tree, *(node for node in public(tree) if isinstance(node, ast.ClassDef))]
        for owner in owners:
            of_class = "" if owner is tree else ast.get_docstring(owner) or ""
            for function in owner.body:
                if isinstance(function, ast.FunctionDef) and (function.name[0] != "_" or function.name[-2:] == "__"):
                    said = of_class + (ast.get_docstring(function) or "")
                    names = {*raised(function), *exceptions_of_calls(function, functions)}
                    unsaid += [
                        f"{name_of(path)} {function.name}: {name}"
                        for name in sorted(names)
                        if not any(one in said for one in kinds_of(name) - {"Exception", "BaseException", "object"})
                    ]
    assert unsaid == []


OUT_OF_REACH = {  # what two levels below is raised of values that were checked before
    "reported/certainty.py claim_sourcing: ValueError": "periods are checked when they are read",
    "reported/read_all.py newest: ValueError": "periods are checked when they are read",
    "reported/series_checks.py said_before_the_end: ValueError": "periods are checked when they are read",
    "reported/series_periods.py periods_fit: ValueError": "periods are checked when they are read",
    "reported/watch.py due_days: ValueError": "periods are checked when they are read",
    "reported/watch.py due_on: ValueError": "periods are checked when they are read",
    "core/number_functions.py low_end: NumberError": "the ends of a number are finite",
    "core/number_functions.py high_end: NumberError": "the ends of a number are finite",
    "analysis/sensitivity.py choices_as_numbers: NumberError": "options are numbers of one dimension by then",
    "database/log_columns.py unit_of_name: NumberError": "it is the unit of no dimension",
    "charts/example.py euros: ToolkitError": "its units are its own",
    "review/archive_check.py against_project: DataFileError": "caught with what a torn file raises",
    "review/archive_check.py alone: ToolkitError": "caught with what a torn file raises",
    "review/unpacking.py unpacked: BadZipFile": "caught with what a torn file raises",
}


def test_what_is_raised_two_levels_below_is_said_too_or_out_of_reach():
    unsaid = set()
    for path in MODULES:
        tree = parsed(path)
        for owner in [tree, *(node for node in public(tree) if isinstance(node, ast.ClassDef))]:
            of_class = "" if owner is tree else ast.get_docstring(owner) or ""
            for function in owner.body:
                if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                    continue
                said = of_class + (ast.get_docstring(function) or "")
                for name in passed_on(function, path):
                    if not any(one in said for one in kinds_of(name) - {"Exception", "BaseException", "object"}):
                        unsaid.add(f"{name_of(path).removeprefix('toolkit/')} {function.name}: {name}")
    examples = {one for one in unsaid if one.startswith("charts/forms/") and " example: " in one}  # drawn by a test
    assert sorted(unsaid - examples) == sorted(OUT_OF_REACH)


def passed_on(function, path):
    """The names of exceptions that functions raise which are called by functions that `function` calls by name."""
    functions, found = called_by_name(path), set()
    for child, caught in uncaught(function):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in functions:
            below = functions[child.func.id]
            names = exceptions_of_calls(below, called_by_name(homes()[below]))
            found |= {name for name in names if not caught & kinds_of(name)}
    return found


@functools.cache
def homes():
    """The file of each function."""
    return {node: path for path in MODULES for node in parsed(path).body if isinstance(node, ast.FunctionDef)}


@functools.cache
def functions_of():
    """The functions of each module by name, without methods."""
    return {
        module_of(path): {node.name: node for node in parsed(path).body if isinstance(node, ast.FunctionDef)}
        for path in MODULES
    }


@functools.cache
def called_by_name(path):
    """The functions of the package that a module calls by their names, its own and those that it imports."""
    every = functions_of()
    found = dict(every[module_of(path)])
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom):
            there = every.get(node.module, {})
            found |= {alias.asname or alias.name: there[alias.name] for alias in node.names if alias.name in there}
    return found


@functools.cache
def bases_of():
    """The names of the classes that each exception of the package is derived from, by its name."""
    classes = [node for path in MODULES for node in parsed(path).body if isinstance(node, ast.ClassDef)]
    return {node.name: [ast.unparse(base).rpartition(".")[2] for base in node.bases] for node in classes}


@functools.cache
def kinds_of(name):
    """The name of an exception with those of the classes that it is derived from."""
    if isinstance(known := getattr(builtins, name, None), type):
        return frozenset(kind.__name__ for kind in known.__mro__)
    return frozenset({name}).union(*map(kinds_of, bases_of().get(name, ())))


def uncaught(node, caught=frozenset()):
    """(node, names of the exceptions that are caught around it) for all of a function; inner ones are left out."""
    for child in ast.iter_child_nodes(node):
        here = caught
        if isinstance(node, ast.Try) and child in node.body:
            here = caught.union(*(re.findall(r"\w+", ast.unparse(one.type)) for one in node.handlers if one.type))
        elif isinstance(node, ast.With) and child in node.body:
            around = " ".join(ast.unparse(item.context_expr) for item in node.items)
            here = caught.union({"ToolkitError"} if "collect_problems(" in around else re.findall(r"\w+Error", around))
        yield child, here
        if not isinstance(child, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            yield from uncaught(child, here)


@functools.cache
def raised(function):
    """The names of exceptions that a function raises itself and does not catch again."""
    found = set()
    for child, caught in uncaught(function):
        if isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
            name = ast.unparse(child.exc.func).rpartition(".")[2]
            if name[0].isupper() and not caught & kinds_of(name):  # a function that makes one is in lower case
                found.add(name)
    return frozenset(found)


def exceptions_of_calls(function, functions):
    """The names of exceptions that the `functions` called here by name raise themselves, and that are not caught.

    LookupError is left out: `first_value` raises it where a query has no row, and such queries always have one.
    """
    found = set()
    for child, caught in uncaught(function):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in functions:
            names = raised(functions[child.func.id]) - {"LookupError"}
            found |= {name for name in names if not caught & kinds_of(name)}
    return found


HELP = """
import contextlib, io, json, sys
from toolkit.main import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    main(["--help"])
print(json.dumps({"loaded": sorted(sys.modules)}))
"""


def test_help_is_printed_without_numbers_and_without_a_database(tmp_path):
    loaded = printed_by(HELP, tmp_path)["loaded"]
    assert [library for library in ("pint", "numpy", "duckdb", *SLOW) if library in loaded] == []


def test_every_public_name_is_found_and_listed():
    assert set(toolkit.__all__) <= set(dir(toolkit)) and all(getattr(toolkit, name) for name in toolkit.__all__)
    assert not hasattr(toolkit, "averages")


def test_importing_changes_nothing_and_is_light(tmp_path):
    found = printed_by(IMPORTS, tmp_path)
    assert found["same"] and found["threads"] == 1
    assert [library for library in SLOW if library in found["loaded"]] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.heavy
def test_opening_a_story_and_asking_loads_the_database_and_the_units_only(sample):
    printed_by(OPENS, sample.root)  # builds the desk, for which YAML is read
    loaded = printed_by(OPENS, sample.root)["loaded"]
    assert [library for library in SLOW if library in loaded] == []


def runs(node):
    """Whether a statement at the top of a module runs anything; definitions, imports and constants do not."""
    definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    main = isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
    return not (
        isinstance(node, (ast.Import, ast.ImportFrom, *definition)) or for_types_only(node) or docstring or main
    )


def test_no_module_runs_anything_when_it_is_imported():
    assert [runs(node) for node in ast.parse("a()\nfor b in c: pass\nd = 1").body] == [True, True, False]
    modules = [path for path in MODULES if path.name != "__main__.py"]
    assert [f"{name_of(path)}:{node.lineno}" for path in modules for node in parsed(path).body if runs(node)] == []


def test_nothing_is_unpickled():
    """Reading a pickle runs what is in it; only the simulator's own processes hand each other objects."""
    unpickling = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "multiprocessing"}
    found = {
        name_of(path) for path in MODULES if {module.partition(".")[0] for _, module in imported(path)} & unpickling
    }
    assert found == {"toolkit/usage/simulate/run.py"}


def test_nothing_is_exempt_from_the_formatter():
    exempt = "fmt: " + "skip", "fmt: " + "off"
    paths = [path for room in ("toolkit", "tests", "bench") for path in (PACKAGE.parent / room).rglob("*.py")]
    assert [path.name for path in paths if any(mark in path.read_text(encoding="utf-8") for mark in exempt)] == []


def test_answers_that_make_a_story_again_are_of_functions_that_there_are():
    for name in ANSWERS:
        module, _, function = name.partition(":")
        assert callable(attrgetter(function)(import_module(module))), name
