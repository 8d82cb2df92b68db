# SPDX-License-Identifier: GPL-3.0-or-later
"""A module with one rule taken out, or turned round: each of these is a mutant."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

Path = tuple[tuple[str, int | None], ...]
"""The way from a module to a node: names of fields, and places in those that are lists."""
Instead = Iterator[ast.AST | None]
"""What may stand for a node; None: nothing, where it is one of several."""

SWAPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
EMPTY = {
    ast.Tuple: "()",
    ast.List: "[]",
    ast.ListComp: "[]",
    ast.Set: "set()",
    ast.SetComp: "set()",
    ast.Dict: "{}",
    ast.DictComp: "{}",
}
EMPTY_CALLS = {name: f"{name}()" for name in ("frozenset", "set", "tuple", "list", "dict")} | {"sorted": "[]"}
LONGEST = 150
"""Characters of a change as it is told."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module."""

    file: str
    line: int
    key: str
    """What tells it from all others, wherever its line moves."""
    original: str
    """The module as it is."""
    source: str
    """The module as it is then."""


def mutants(file: str, source: str) -> Iterator[Mutant]:
    """Give each mutant of the module *source* once."""
    tree = ast.parse(source)
    seen, told = {ast.unparse(tree)}, Counter[str]()
    for path, node, within in _nodes(tree, (), ""):
        for new in _instead(node):
            if new is None and path[-1][1] is None:
                continue
            changed = ast.unparse(_with(tree, path, new))
            if changed in seen:
                continue
            seen.add(changed)
            key = f"{file}: {within or 'the module'}: {_said(node)} → {_said(new) if new is not None else 'nothing'}"
            told[key] += 1
            number = f" ({told[key]})" if told[key] > 1 else ""
            yield Mutant(file, _line(node), key + number, source, changed)


def _nodes(node: ast.AST, path: Path, within: str) -> Iterator[tuple[Path, ast.AST, str]]:
    """Give the nodes that are code, each with its way and the function or class that it is in."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        within = f"{within}.{node.name}" if within else node.name
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "slice", "bases", "ctx"}:
            continue
        for at, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_text(child):
                here: Path = (*path, (field, at))
                yield here, child, within
                yield from _nodes(child, here, within)


def _is_text(node: ast.AST) -> bool:
    """Tell whether *node* is a docstring, an import, or words for people."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Raise)


def _instead(node: ast.AST) -> Instead:
    for kind, changes in CHANGES:
        if isinstance(node, kind):
            yield from changes(node)


def _of_if(node: ast.If) -> Instead:
    yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    yield ast.If(ast.Constant(value=False), node.body, node.orelse)


def _of_choice(node: ast.IfExp) -> Instead:
    yield node.body
    yield node.orelse


def _of_comprehension(node: ast.comprehension) -> Instead:
    for at in range(len(node.ifs)):
        yield ast.comprehension(node.target, node.iter, [*node.ifs[:at], *node.ifs[at + 1 :]], node.is_async)


def _of_comparison(node: ast.Compare) -> Instead:
    for at, operator in enumerate(node.ops):
        swapped = SWAPPED[type(operator)]()
        yield ast.Compare(node.left, [*node.ops[:at], swapped, *node.ops[at + 1 :]], node.comparators)


def _of_and_or(node: ast.BoolOp) -> Instead:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for at in range(len(node.values)):
        rest = [*node.values[:at], *node.values[at + 1 :]]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _of_sum(node: ast.BinOp) -> Instead:
    """Take either side away, and of numbers turn plus and minus round."""
    yield node.left
    if isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Add):
        yield node.right
    if isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.right, ast.Constant):
        yield ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)


def _of_not(node: ast.UnaryOp) -> Instead:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _of_elements(node: ast.Tuple | ast.List | ast.Set) -> Instead:
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load) or len(node.elts) <= 1:
        return
    for at in range(len(node.elts)):
        shorter = deepcopy(node)
        del shorter.elts[at]
        yield shorter


def _of_call(node: ast.Call) -> Instead:
    for at, keyword in enumerate(node.keywords):
        if not (keyword.arg == "why" or (keyword.arg is None and len(node.keywords) == 1)):
            yield ast.Call(node.func, node.args, [*node.keywords[:at], *node.keywords[at + 1 :]])


def _of_constant(node: ast.Constant) -> Instead:
    if isinstance(node.value, bool):
        yield ast.Constant(value=not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(value=node.value + 1)


def _of_return(node: ast.Return) -> Instead:
    value = node.value
    empty = EMPTY.get(type(value)) if value is not None else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        empty = EMPTY_CALLS.get(value.func.id)
    if empty is not None:
        yield ast.Return(ast.parse(empty, mode="eval").body)


def _of_statement(_: ast.stmt) -> Instead:
    yield ast.Pass()


CHANGES: tuple[tuple[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Instead]], ...] = (
    (ast.If, _of_if),
    (ast.IfExp, _of_choice),
    (ast.comprehension, _of_comprehension),
    (ast.Compare, _of_comparison),
    (ast.BoolOp, _of_and_or),
    (ast.BinOp, _of_sum),
    (ast.UnaryOp, _of_not),
    ((ast.Tuple, ast.List, ast.Set), _of_elements),
    (ast.Call, _of_call),
    (ast.Constant, _of_constant),
    (ast.Return, _of_return),
    ((ast.Expr, ast.AugAssign, ast.Continue, ast.Break), _of_statement),
)


def _with(tree: ast.Module, path: Path, new: ast.AST | None) -> ast.Module:
    """Give *tree* in which *new* stands at the end of *path*."""
    changed = deepcopy(tree)
    parent: object = changed
    for field, at in path[:-1]:
        found = getattr(parent, field)
        parent = found if at is None else found[at]
    field, at = path[-1]
    if at is None:
        setattr(parent, field, new)
    elif new is not None:
        getattr(parent, field)[at] = new
    else:
        del getattr(parent, field)[at]
    return ast.fix_missing_locations(changed)


def _line(node: ast.AST) -> int:
    placed = node.target if isinstance(node, ast.comprehension) else node
    return getattr(placed, "lineno", 1)


def _said(node: ast.AST) -> str:
    """Give the code of *node* in one line; of a statement with a body its head alone."""
    text = ast.unparse(node)
    text = text.partition("\n")[0] if isinstance(node, ast.If) else " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
