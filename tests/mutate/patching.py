# SPDX-License-Identifier: GPL-3.0-or-later
"""A mutant is put into a running process: all who have imported a function or a value meet the changed one."""

import ast
import importlib
import sys
from types import CodeType, FunctionType, ModuleType

from tests.mutate.mutants import Mutant


def put(mutant: Mutant) -> None:
    """Change the module of *mutant* as it says: for this process, for good."""
    module = importlib.import_module(mutant.file.removesuffix(".py").replace("/", "."))
    statement = _changed(ast.parse(mutant.original), ast.parse(mutant.source))
    code = compile(ast.Module([statement], []), mutant.file, "exec")
    _graft(module, code)


def _changed(before: ast.Module, now: ast.Module) -> ast.stmt:
    """Give the statement of the module that is not what it was."""
    return next(n for b, n in zip(before.body, now.body, strict=True) if ast.dump(b) != ast.dump(n))


def _graft(module: ModuleType, code: CodeType) -> None:
    names = dict(vars(module))
    exec(code, names)  # noqa: S102 - it is the project's own module
    for name, new in names.items():
        old = vars(module).get(name)
        if new is old:
            continue
        if isinstance(old, FunctionType):
            _change(old, new)
        elif isinstance(old, type):
            for part, made in vars(new).items():
                _change(vars(old).get(part), made)
        elif hasattr(old, "__wrapped__"):
            _change(old, new)
        elif not name.startswith("__"):
            _replace(name, old, new)


def _change(old: object, new: object) -> None:
    """Let *old* do what *new* does, for all who hold it."""
    old, new = _function(old), _function(new)
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


def _function(of: object) -> object:
    for name in ("fget", "func", "__func__", "__wrapped__"):
        of = getattr(of, name, of) if not isinstance(of, FunctionType) else of
    return of


def _replace(name: str, old: object, new: object) -> None:
    for module in list(sys.modules.values()):
        if vars(module).get(name) is old:
            setattr(module, name, new)
