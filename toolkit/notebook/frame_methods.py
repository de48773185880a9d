"""What methods of pandas that name columns or values make of frames: assign, rename, eval, merge, melt, pivot, agg."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from toolkit.notebook.code_bindings import Bindings, Scope
from toolkit.notebook.columns_behind import ColumnsBehind
from toolkit.notebook.made import UNKNOWN, MadeOf, made_alike, typed
from toolkit.notebook.names_of_columns import NamesOfColumns
from toolkit.notebook.pandas_methods import NOTHING, columns_named_in, grouped_by, items_of, parts_of, texts_in

Exprs: TypeAlias = Sequence[ast.expr]
Named: TypeAlias = Mapping[str, ast.expr]
ANY = "**"  # the name of arguments that a dictionary gives


class Code(Protocol):
    """What says of expressions of code, and of columns of their frames, what they are made of."""

    @property
    def columns(self) -> ColumnsBehind:
        """The columns that the notebook read."""

    @property
    def names(self) -> NamesOfColumns:
        """The names of columns that code works out."""

    @property
    def bindings(self) -> Bindings:
        """What variables were bound to."""

    def made(self, node: ast.expr, column: str, scope: Scope) -> MadeOf:
        """What an expression is made of, or a column of the frame that it is."""

    def key(self, key: ast.expr, scope: Scope) -> MadeOf:
        """What rows are grouped by."""

    def reduced(self, how: ast.expr, taken: ast.expr, column: str, scope: Scope) -> MadeOf:
        """What a function, or a name of one, makes of an expression."""

    def applied(self, function: ast.expr, arguments: Sequence[ast.expr], column: str, scope: Scope) -> MadeOf:
        """What a function of the notebook returns of arguments."""


def _assigned(code: Code, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    made = named.get(column)
    if made is not None:
        function = isinstance(made, ast.Lambda)
        return (code.applied(made, [taken], "", scope) if function else code.made(made, "", scope)).in_rows()
    before = code.made(taken, column, scope)
    match named.get(ANY):
        case ast.Dict() as given:
            found = next((value for key, value in items_of(given) if key == column), None)
            return code.made(found, "", scope).in_rows() if found is not None else before
        case ast.DictComp(key=key) as given:
            if (in_loop := comprehended(code, given, column, scope)) is not None:
                loops = code.names.rounds(given.generators, scope)
                return in_loop.in_rows() if loops is not None else in_loop.in_rows().or_not(before, ast.unparse(key))
    return before


def comprehended(code: Code, node: ast.DictComp, column: str, scope: Scope) -> MadeOf | None:
    """What a dictionary made in a loop has under a name, "" for any; None where its names are others.

    Where these cannot be told it may have this one.
    """
    rounds = code.names.rounds(node.generators, scope)
    if rounds is None:
        loops = [(ast.unparse(one.target), one.iter, scope) for one in node.generators]
        named = [(ast.unparse(node.key), ast.Constant(column), scope)] if column else loops
        return code.made(node.value, "", scope._replace(given=(*named, *scope.given)))
    insides = [scope._replace(given=(*once, *scope.given)) for once in rounds]
    own = [inside for inside in insides if column in ("", code.names.text(node.key, inside))]
    return made_alike([code.made(node.value, "", inside) for inside in own]) if own else None


def _renamed(code: Code, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    pairs = ((old, getattr(new, "value", None)) for old, new in items_of(named.get("columns")))
    before = {new: old for old, new in pairs}
    return code.made(taken, before.get(column, column), scope)


def _joined(code: Code, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    """A column of two frames, which has a suffix where both have it."""
    frames = [taken, *more, *(value for name, value in named.items() if name in ("right", "other"))]
    suffixes = [one.value for one in getattr(named.get("suffixes"), "elts", ()) if isinstance(one, ast.Constant)]
    sides = [(frame, column) for frame in frames]
    for frame, suffix in zip(frames, map(str, suffixes or ("_x", "_y")), strict=False):
        if suffix and column.endswith(suffix):
            sides.append((frame, column.removesuffix(suffix)))
    found = (
        code.made(frame, name, scope) for frame, name in sides if not _lacks(code.bindings.last(frame, scope), name)
    )
    return next((made for made in found if made.kind != "unknown"), UNKNOWN).in_rows()


def _series_named(node: ast.expr) -> str:
    """The name of the one column that an expression is of, by `rename` or its place in a frame; "" for others."""
    match node:
        case ast.Call(func=ast.Attribute(attr="rename"), args=[ast.Constant(value=str(name))]):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Attribute() | ast.Subscript() as taken)):
            return _series_named(taken)
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def _lacks(frame: ast.expr, column: str) -> bool:
    """Whether a frame is one of a single column of another name, beside those by which it groups."""
    match frame:
        case ast.Call(func=ast.Attribute(value=taken, attr="reset_index"), keywords=[]):
            return _lacks(taken, column)
        case ast.Call(func=ast.Attribute(value=ast.Attribute(value=grouped) | ast.Subscript(value=grouped))):
            return _series_named(frame) not in ("", column) and not grouped_by(grouped, column)
    return False


def _put_together(code: Code, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    """A column of frames below one another; of columns side by side the one of its name."""
    axis = getattr(named.get("axis"), "value", 0)
    parts = getattr(code.bindings.last(taken, scope), "elts", None)
    if not column or axis not in (1, "columns") or parts is None:
        return code.made(taken, column, scope).repeated()
    names = [getattr(key, "value", "") for key in getattr(named.get("keys"), "elts", ())]
    names = names or [_series_named(code.bindings.last(part, scope)) for part in parts]
    own = next((part for part, name in zip(parts, names, strict=False) if name == column), None)
    return (
        code.made(own, "", scope).in_rows()
        if own is not None
        else _joined(code, parts[0], parts[1:], {}, column, scope)
    )


def _named_anew(code: Code, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    """A column to whose name every one something was put, before or after it."""
    added = str(getattr(more[0], "value", "")) if more else ""
    return code.made(
        taken, column.removeprefix(added) if column.startswith(added) else column.removesuffix(added), scope
    )


def _evaluated(code: Code, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    """A column that a text assigns; without one what the text works out."""
    text = more[0] if more else named.get("expr")
    found = dict(columns_named_in(str(text.value), taken)) if isinstance(text, ast.Constant) else {}
    made = found.get(column, found.get(""))
    return code.made(taken, column, scope) if made is None else code.made(made, "", scope).in_rows()


def _melted(code: Code, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    """Columns below one another in a column of values, those beside as they were."""
    kept, melted, _, values = [*more, None, None, None, None][:4]
    kept, melted, values = (
        named.get(k, v) for k, v in (("id_vars", kept), ("value_vars", melted), ("value_name", values))
    )
    if column in texts_in(kept):
        return code.made(taken, column, scope).repeated()
    names = texts_in(melted) or _chosen(code, taken, scope) - texts_in(kept) or code.columns.beside(texts_in(kept))
    if column != getattr(values, "value", "value"):
        return UNKNOWN
    return made_alike([code.made(taken, name, scope) for name in sorted(names)])


def _chosen(code: Code, node: ast.expr, scope: Scope) -> set[str]:
    """The columns that a frame was left with by their names; none where the code does not say it."""
    node = code.bindings.last(node, scope)
    return texts_in(node.slice) if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.List) else set()


def _pivoted(code: Code, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    values = named.get("values")
    if column in texts_in(named.get("index")):
        return code.key(ast.Attribute(taken, column), scope)
    if not (isinstance(values, ast.Constant) and isinstance(values.value, str)):
        return UNKNOWN
    cell = ast.Attribute(taken, values.value)
    how = named.get("aggfunc")
    return (code.made(cell, "", scope) if how is None else code.reduced(how, cell, "", scope)).repeated()


def _aggregated(code: Code, taken: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    if column and (key := grouped_by(taken, column)) is not None:
        return code.key(key, scope)
    match named.get(column):
        case ast.Tuple(elts=[ast.Constant(value=str(name)), how]):
            return code.reduced(how, ast.Attribute(taken, name), "", scope)
        case ast.Call(keywords=[ast.keyword(value=ast.Constant(value=str(name))), ast.keyword(value=how)]):
            return code.reduced(how, ast.Attribute(taken, name), "", scope)  # pd.NamedAgg
        case ast.expr() as how:
            return code.reduced(how, taken, "", scope)
    if more and isinstance(more[0], ast.Dict):
        for key, how in zip(more[0].keys, more[0].values, strict=True):
            name = getattr(key, "value", "")
            if isinstance(name, str) and (column == name or column.startswith(f"{name}_")):
                return code.reduced(how, ast.Attribute(taken, name), column, scope)
        return UNKNOWN
    return code.reduced(more[0], taken, column, scope) if more else UNKNOWN


def _replaced(code: Code, frame: ast.expr, more: Exprs, named: Named, column: str, scope: Scope) -> MadeOf:
    """A column in which other values stand for some: what is made of them, or so many times one of them."""
    before, others = code.made(frame, column, scope), []
    for old, new in _pairs_in([code.bindings.last(one, scope) for one in (*more, *named.values())], column):
        old_made, new_made = (code.made(part, "", scope) for part in (old, new))
        numbers = old_made.kind == new_made.kind == "typed" and old_made.factor and ast.unparse(new) not in NOTHING
        others.append(before * typed(new_made.factor / old_made.factor) if numbers else new_made)
    return before.filled(others)


def _pairs_in(arguments: Sequence[ast.expr], column: str) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(what is replaced, what stands for it) of the values of a column, of all that the arguments of `replace` say."""
    match arguments:
        case [ast.Dict(keys=keys, values=values)]:
            for old, new in zip(keys, values, strict=True):
                if isinstance(new, ast.Dict) and getattr(old, "value", "") == column:
                    yield from _pairs_in([new], column)
                elif old is not None and not isinstance(new, ast.Dict):
                    yield old, new
        case [old, new]:
            several = parts_of(new)
            yield from zip(parts_of(old), several * len(parts_of(old)) if len(several) == 1 else several, strict=False)
        case [other]:
            yield ast.Constant(None), other


FRAMES: Mapping[str, Callable[..., MadeOf]] = {  # methods that name columns of frames
    "assign": _assigned,
    "rename": _renamed,
    "replace": _replaced,
    "eval": _evaluated,
    "melt": _melted,
    "concat": _put_together,
    "add_prefix": _named_anew,
    "add_suffix": _named_anew,
    "merge": _joined,
    "join": _joined,
    "pivot": _pivoted,
    "pivot_table": _pivoted,
    "agg": _aggregated,
    "aggregate": _aggregated,
}
