"""Which of Python a model may use.

The whole tree is looked at before anything runs, so that code that is never reached is checked, too.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from gradlab.errors import Problem
from gradlab.scenario.fragment import Fragment

STATEMENTS = (ast.Assign, ast.AugAssign, ast.Expr, ast.For, ast.If, ast.With, ast.FunctionDef, ast.Return, ast.Pass, ast.Break,
              ast.Continue)  # fmt: skip
EXPRESSIONS = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Attribute, ast.Subscript,
               ast.List, ast.Tuple, ast.IfExp, ast.ListComp, ast.GeneratorExp, ast.JoinedStr, ast.FormattedValue,
               ast.Slice, ast.Dict, ast.DictComp)  # fmt: skip
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@", ast.FloorDiv: "//",
             ast.Mod: "%"}  # fmt: skip
SEPARATORS = frozenset({"to", "of", "by", "for", "at", "with", "else"})
"""Words between the arguments of actions: no name of a model is one of them, so that a line of a script means one thing."""
ATTRIBUTES = ("shape", "T", "classes")
_DICTIONARY = 'of patterns for parameters: `minimize(loss, {"*.b": adam(1e-3), "*": sgd(0.1)})`'
_INSTEAD: dict[type[ast.AST], tuple[str, str]] = {
    ast.Import: ("`import` is not part of the model language", "the words of a model are there without it"),
    ast.ImportFrom: ("`import` is not part of the model language", "the words of a model are there without it"),
    ast.While: ("`while` is not part of the model language", "`for` over a range or a list is"),
    ast.AsyncFor: ("`async` is not part of the model language", ""),
    ast.AsyncWith: ("`async` is not part of the model language", ""),
    ast.AsyncFunctionDef: ("`async` is not part of the model language", ""),
    ast.ClassDef: ("`class` is not part of the model language", "`def` makes a layer"),
    ast.Lambda: ("`lambda` is not part of the model language", "`def` makes a function"),
    ast.Try: ("`try` is not part of the model language", ""),
    ast.Raise: ("`raise` is not part of the model language", ""),
    ast.Assert: ("`assert` is not part of the model language", "`expect` in a lab fence checks a number"),
    ast.Delete: ("`del` is not part of the model language", ""),
    ast.Global: ("`global` is not part of the model language", "a function gives back what it makes with `return`"),
    ast.Nonlocal: ("`nonlocal` is not part of the model language", "a function gives back what it makes with `return`"),
    ast.AnnAssign: ("annotations are not part of the model language", "write `name = value`"),
    ast.NamedExpr: ("`:=` is not part of the model language", "write `name = value` on a line of its own"),
    ast.Set: ("sets are not part of the model language", "lists and tuples are"),
    ast.SetComp: ("sets are not part of the model language", "lists and tuples are"),
    ast.Starred: ("`*` before a list is not part of the model language", ""),
    ast.Yield: ("`yield` is not part of the model language", ""),
    ast.YieldFrom: ("`yield` is not part of the model language", ""),
    ast.Await: ("`await` is not part of the model language", ""),
    ast.Match: ("`match` is not part of the model language", "`if` is"),
}


def check(
    fragment: Fragment, tree: ast.Module, documented: Callable[[str], bool], meant: Callable[[str], str]
) -> Iterator[Problem]:
    """Return what a model may not say.

    documented: tells whether a name is a word of the language.   meant: says what to write instead of a name, or "".
    """
    inside = _functions_and_loops(tree)
    nodes = list(ast.walk(tree))
    functions = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    arguments = {
        part for node in nodes if isinstance(node, ast.Call) for part in (*node.args, *(k.value for k in node.keywords))
    }
    for node in nodes:
        if isinstance(node, ast.Dict | ast.DictComp) and node not in arguments:
            yield Problem("a dictionary stands in a call only", fragment.span(node), _DICTIONARY)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in functions:
            yield Problem(f"`{node.id}` is a function of this model", fragment.span(node), "take another name")
        for message, label, place in _wrong(node, documented):
            instead = meant(place.attr) if isinstance(place, ast.Attribute) else ""
            yield Problem(message, fragment.span(place), instead or label)
        if isinstance(node, ast.Return) and "def" not in inside.get(node, ""):
            yield Problem("`return` outside a function", fragment.span(node))
        if isinstance(node, (ast.Break, ast.Continue)) and "for" not in inside.get(node, ""):
            yield Problem(f"`{type(node).__name__.lower()}` outside a loop", fragment.span(node))


def _functions_and_loops(tree: ast.Module) -> dict[ast.AST, str]:
    """Return, for return, break and continue, the functions and loops they are in ("def for")."""
    found: dict[ast.AST, str] = {}
    stack: list[tuple[ast.AST, str]] = [(tree, "")]
    while stack:
        node, inside = stack.pop()
        if isinstance(node, (ast.Return, ast.Break, ast.Continue)):
            found[node] = inside
        elif isinstance(node, ast.FunctionDef):
            inside = "def"
        elif isinstance(node, ast.For):
            inside += " for"
        if not isinstance(node, ast.expr):
            stack += [(child, inside) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]
    return found


Wrong = tuple[str, str, ast.AST]


def _wrong(node: ast.AST, documented: Callable[[str], bool]) -> Iterator[Wrong]:
    """Return what is wrong with one node, its children apart."""
    if type(node) in _INSTEAD:
        message, label = _INSTEAD[type(node)]
        yield message, label, node
    elif isinstance(node, ast.stmt) and not isinstance(node, STATEMENTS):
        yield "this statement is not part of the model language", "", node
    elif isinstance(node, ast.expr) and not isinstance(node, EXPRESSIONS):
        yield "this expression is not part of the model language", "", node
    else:
        yield from _CHECKS.get(type(node), _nothing)(node, documented)


def _nothing(_node: ast.AST, _documented: Callable[[str], bool]) -> Iterator[Wrong]:
    yield from ()


def _attribute(node: ast.Attribute, _: Callable[[str], bool]) -> Iterator[Wrong]:
    if node.attr not in ATTRIBUTES and not _is_member(node):
        yield *unknown_attribute(node), node


def _is_member(node: ast.expr) -> bool:
    """Return whether `a.b.c` may name a node of a layer; whether it does is known when the model is run."""
    while isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        if node.attr in ATTRIBUTES or node.attr.startswith("_"):
            return False
        node = node.value
    return isinstance(node, ast.Name)


def unknown_attribute(node: ast.Attribute) -> tuple[str, str]:
    """Return what is wrong with an attribute that means nothing, and what a model may read."""
    listed = ", ".join(f"`.{name}`" for name in ATTRIBUTES)
    return f"`.{node.attr}` is not part of the model language", f"a model reads {listed} and nodes of a layer: `h.W`"


def _constant(node: ast.Constant, _: Callable[[str], bool]) -> Iterator[Wrong]:
    if isinstance(node.value, (bytes, complex)):
        yield f"a value of type {type(node.value).__name__} is not part of the model language", "", node


def _operation(node: ast.BinOp | ast.AugAssign, _: Callable[[str], bool]) -> Iterator[Wrong]:
    if type(node.op) not in OPERATORS:
        yield "this operator is not part of the model language", f"allowed are {' '.join(OPERATORS.values())}", node


def _unary(node: ast.UnaryOp, _: Callable[[str], bool]) -> Iterator[Wrong]:
    if isinstance(node.op, ast.Invert):
        yield "`~` is not part of the model language", "`not` and `-` are", node


def _name(node: ast.Name, documented: Callable[[str], bool]) -> Iterator[Wrong]:
    if isinstance(node.ctx, ast.Store):
        yield from _binding(node.id, node, documented)


def _binding(name: str, node: ast.AST, documented: Callable[[str], bool]) -> Iterator[Wrong]:
    if documented(name):
        yield f"`{name}` is a word of the model language", "take another name", node
    elif name in SEPARATORS:
        yield f"`{name}` is a word of the lab language", "take another name", node
    elif name.startswith("__") or (name.startswith("_") and documented(name[1:])):
        yield f"`{name}` cannot be a name in a model", "take one without `_` in front", node


def _assign(node: ast.Assign, _: Callable[[str], bool]) -> Iterator[Wrong]:
    for target in node.targets:
        for part in ast.walk(target):
            if isinstance(part, (ast.Subscript, ast.Attribute)) and isinstance(part.ctx, ast.Store):
                yield "only names can be assigned to", "a list or a node is not changed: make a new one", part


def _augmented(node: ast.AugAssign, documented: Callable[[str], bool]) -> Iterator[Wrong]:
    yield from _operation(node, documented)
    if not isinstance(node.target, ast.Name):
        yield "only names can be assigned to", "a list or a node is not changed: make a new one", node.target


def _for(node: ast.For, _: Callable[[str], bool]) -> Iterator[Wrong]:
    if node.orelse:
        yield "`else` after a loop is not part of the model language", "", node.orelse[0]


def _with(node: ast.With, _: Callable[[str], bool]) -> Iterator[Wrong]:
    call = node.items[0].context_expr
    named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "layer"
    if len(node.items) > 1 or not named or node.items[0].optional_vars is not None:
        yield "`with` opens a layer only", 'write `with layer("name"):`', call


def _function(node: ast.FunctionDef, documented: Callable[[str], bool]) -> Iterator[Wrong]:
    start = node.col_offset + len("def ")
    place = ast.Name(
        node.name, lineno=node.lineno, col_offset=start, end_lineno=node.lineno, end_col_offset=start + len(node.name.encode())
    )
    yield from _binding(node.name, place, documented)
    given = node.args
    for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs):
        yield from _binding(argument.arg, argument, documented)
        if argument.annotation is not None:
            yield "annotations are not part of the model language", "", argument.annotation
    for separated in (*given.posonlyargs, *given.kwonlyargs):
        yield "`/` and `*` between arguments are not part of the model language", "leave them out", separated
    for starred in (given.vararg, given.kwarg):
        if starred is not None:
            yield "`*` and `**` arguments are not part of the model language", "name each argument", starred
    for decorator in node.decorator_list:
        yield "decorators are not part of the model language", "", decorator
    if node.returns is not None:
        yield "annotations are not part of the model language", "", node.returns


def _call(node: ast.Call, _: Callable[[str], bool]) -> Iterator[Wrong]:
    if isinstance(node.func, ast.Lambda):
        return
    if not isinstance(node.func, ast.Name) and not isinstance(node.func, ast.Attribute):
        yield "only a word or a function of this model can be called", "", node.func
    if isinstance(node.func, ast.Attribute):
        yield *unknown_attribute(node.func), node.func
    for keyword in node.keywords:
        if keyword.arg is None:
            yield "`**` arguments are not part of the model language", "name each argument", keyword.value


def _generator(node: ast.comprehension, _: Callable[[str], bool]) -> Iterator[Wrong]:
    if node.is_async:
        yield "`async` is not part of the model language", "", node.iter


def _dictionary(node: ast.Dict, _: Callable[[str], bool]) -> Iterator[Wrong]:
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            yield "`**` in a dictionary is not part of the model language", "write each pair", value


def _formatted(node: ast.FormattedValue, _: Callable[[str], bool]) -> Iterator[Wrong]:
    if node.format_spec is not None or node.conversion != -1:
        yield "formats within `{}` are not part of the model language", "write `{name}` alone", node


_CHECKS: dict[type[ast.AST], Callable[..., Iterator[Wrong]]] = {
    ast.Attribute: _attribute, ast.Constant: _constant, ast.BinOp: _operation, ast.UnaryOp: _unary, ast.Name: _name,
    ast.Assign: _assign, ast.AugAssign: _augmented, ast.For: _for, ast.With: _with, ast.FunctionDef: _function,
    ast.Call: _call, ast.Dict: _dictionary, ast.comprehension: _generator, ast.FormattedValue: _formatted,
}  # fmt: skip
