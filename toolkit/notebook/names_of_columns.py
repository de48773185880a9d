"""The names of columns that code works out: in variables, in loops over lists of names, in names put together."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from toolkit.notebook.code_bindings import Binding, Bindings, Scope

LISTING = ("list", "tuple", "set", "sorted", "reversed", "Index", "dict")  # functions that give what they are given
ROUNDS = 500  # of loops in one another that are gone through
Given = tuple[tuple[str, ast.expr, Scope], ...]


@dataclass(frozen=True)
class NamesOfColumns:
    """Says which columns an expression names, where `bindings` or the values of the call's variables tell it."""

    bindings: Bindings

    def text(self, node: ast.expr, scope: Scope) -> str | None:
        """The text that an expression is; None of any other, and of one that cannot be told."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id=name):
                for argument, value, its_scope in (*scope.given, *scope.arguments):
                    if argument == name:
                        return self.text(value, its_scope)
                bound = self._bound(name, scope)
                return self.text(bound[1].value, scope._replace(at=bound[0])) if bound else None
            case ast.JoinedStr(values=parts):
                texts = [self.text(getattr(one, "value", one) if _is_inserted(one) else one, scope) for one in parts]
                return None if None in texts else "".join(filter(None, texts))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                one, other = self.text(left, scope), self.text(right, scope)
                return None if one is None or other is None else one + other
        return None

    def texts(self, node: ast.expr, scope: Scope) -> list[str] | None:
        """The texts in a list that an expression is, in order; None of any other, and of one that cannot be told."""
        items = self.items(node, scope)
        texts = [self.text(one, its_scope) for one, its_scope in items or ()]
        return None if items is None or None in texts else [one for one in texts if one is not None]

    def columns_of(self, node: ast.expr, scope: Scope) -> Sequence[str]:
        """The columns that the code of a frame names in a list; () where it does not."""
        node = self.bindings.last(node, scope)
        lists = (self.texts(one.slice, scope) for one in ast.walk(node) if isinstance(one, ast.Subscript))
        return next(filter(None, lists), ())

    def beside(self, node: ast.expr, place: int, column: str, scope: Scope) -> str:
        """The name of the column at a place of those that a value is of; `column` where it does not name them."""
        names = self.columns_of(node, scope)
        return names[place] if place < len(names) else column

    def items(self, node: ast.expr, scope: Scope) -> list[tuple[ast.expr, Scope]] | None:
        """What a loop over an expression goes through, each with where it stands; None where it cannot be told."""
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return [(one, scope) for one in parts]
            case ast.Dict(keys=keys) if None not in keys:
                return [(one, scope) for one in keys if one is not None]
            case ast.Call(func=ast.Attribute(value=dictionary, attr="items"), args=[]):
                whole, its_scope = self.last(dictionary, scope)
                if isinstance(whole, ast.Dict) and None not in whole.keys:
                    pairs = zip(whole.keys, whole.values, strict=True)
                    return [(ast.Tuple([key, value]), its_scope) for key, value in pairs if key is not None]
            case ast.Call(func=ast.Name(id="zip"), args=lists):
                texts_of_lists = [self.texts(one, scope) for one in lists]
                if all(one is not None for one in texts_of_lists):
                    rows = zip(*(one for one in texts_of_lists if one is not None), strict=False)
                    return [(ast.Tuple([*map(ast.Constant, row)]), scope) for row in rows]
            case ast.Call(func=ast.Name(id="enumerate"), args=[listed, *_]):
                numbered = enumerate(self.items(listed, scope) or [])
                return [(ast.Tuple([ast.Constant(index), one]), its_scope) for index, (one, its_scope) in numbered]
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[listed, *_]) if name in LISTING:
                return self.items(listed, scope)
            case ast.Name(id=name):
                whole, its_scope = self.last(node, scope)
                if whole is not node and (found_there := self.items(whole, its_scope)) is not None:
                    return found_there
                return self._seen(name, scope)
        return None

    def given_by(self, bound: Binding, column: str, scope: Scope) -> Iterator[tuple[Given, int | None]] | None:
        """(what loops give, the place in a list of names, None of one name alone) each time that a binding of SOME
        columns binds a column; None where it cannot be told which these are.
        """
        if bound.named is None:
            return iter(())
        rounds = self.rounds(bound.loops, scope)
        times: list[tuple[Given, int | None]] = []
        for loop_values in itertools.islice(rounds, ROUNDS) if rounds is not None else ():
            inside = scope._replace(given=(*loop_values, *scope.given))
            if (name := self.text(bound.named, inside)) is not None:
                times += [(loop_values, None)] if name == column else []
            elif (names := self.texts(bound.named, inside)) is not None:
                times += [(loop_values, names.index(column))] if column in names else []
            else:
                return None
        return iter(times) if rounds is not None else None

    def rounds(self, loops: Sequence[ast.For | ast.comprehension], scope: Scope) -> Iterator[Given] | None:
        """What loops give their variables each time, in order; None where it cannot be told."""
        lists = [(one.target, self.items(one.iter, scope)) for one in loops]
        if any(items is None for _, items in lists):
            return None
        pairs = [[[*_pairs(target, item, its_scope)] for item, its_scope in items or ()] for target, items in lists]
        return (tuple(itertools.chain.from_iterable(one)) for one in itertools.product(*pairs))

    def last(self, node: ast.expr, scope: Scope) -> tuple[ast.expr, Scope]:
        """What a name stands for, and where that stands; of other expressions themselves."""
        while isinstance(node, ast.Name):
            loop_value = next((one for one in (*scope.given, *scope.arguments) if one[0] == node.id), None)
            if loop_value is not None:
                node, scope = loop_value[1], loop_value[2]
            elif bound := self._bound(node.id, scope):
                node, scope = bound[1].value, scope._replace(at=bound[0])
            else:
                break
        return node, scope

    def _bound(self, name: str, scope: Scope) -> tuple[int, Binding] | None:
        last = next(self.bindings.of(name, scope), None)
        return None if last is None or last[1].column else last

    def _seen(self, name: str, scope: Scope) -> list[tuple[ast.expr, Scope]] | None:
        """The texts in a variable that is bound once, as the call sees it."""
        value = self.bindings.call.variables.get(name)
        once = len([*self.bindings.of(name, scope)]) == 1
        if not once or isinstance(value, str) or not isinstance(value, Iterable) or hasattr(value, "columns"):
            return None
        texts = [*value]
        return [(ast.Constant(one), scope) for one in texts] if all(isinstance(one, str) for one in texts) else None


def _pairs(target: ast.expr, item: ast.expr, scope: Scope) -> Iterator[tuple[str, ast.expr, Scope]]:
    """The variables of a loop with what they are given of one item."""
    if isinstance(target, ast.Name):
        yield target.id, item, scope
    elif isinstance(target, ast.Tuple) and isinstance(item, ast.Tuple) and len(target.elts) == len(item.elts):
        for one, part in zip(target.elts, item.elts, strict=True):
            yield from _pairs(one, part, scope)


def _is_inserted(node: ast.expr) -> bool:
    return isinstance(node, ast.FormattedValue)
